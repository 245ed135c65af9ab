import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { check } from '../../src/check/check.ts';
import { readFile } from '../../src/check/document.ts';
import { FAMILIES } from '../../src/check/lints.ts';
import { checkedFiles } from '../../src/pipeline/checked-files.ts';

const found = (paths: readonly string[]): readonly string[] => {
  const { files, beside, resolver } = checkedFiles(paths, []);
  return check(files, { beside: beside.map(readFile), resolver, now: new Date('2026-11-24') })
    .filter(({ severity }) => severity !== 'note')
    .map(({ file, start, lint, message }) => `${file}:${start.line} ${lint}: ${message}`);
};

test('the check finds no error and no warning in the shipped rules, lists and examples', () =>
  expect(found([])).toEqual([]));

test('the check finds no error and no warning in the shipped filters', () =>
  expect(found(['deploy/filters'])).toEqual([]));

test('docs/rules-check.md lists every lint as the code has it', () => {
  const page = readFileSync('docs/rules-check.md', 'utf8');
  const tables = FAMILIES.map(({ title, lints }) => {
    const rows = lints.map(
      ({ name, severity, reason, section, fix, fixable }) =>
        `| \`${name}\` | ${severity} | ${escaped(reason)} | ${section} | ${escaped(fix)}${fixable ? ' (`--fix`)' : ''} |`,
    );
    return `### ${title}\n\n| lint | severity | why | stands in | what to do |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  // When it fails: what stands here belongs into the page, from "### Reach" on.
  expect(page.slice(page.indexOf('### '))).toBe(tables.join('\n'));
});

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
