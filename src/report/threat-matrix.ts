import { basename } from 'node:path';
import { MATRIX_TACTICS, type MatrixTechnique, THREAT_MATRIX } from '../model/threat-matrix.ts';
import type { Rule } from '../sigma/rule.ts';
import { printable } from './escape.ts';

/** A technique of the threat matrix for Kubernetes and the rules that find it. */
export type MatrixRow = Pick<MatrixTechnique, 'id' | 'name' | 'tactics' | 'unseen'> & {
  readonly rules: readonly { readonly id: string; readonly title: string; readonly file: string }[];
};

/** What rules find of the matrix: shipped rules by the names of their files, any rule by a tag such as `microsoft.ms-ta9006`. */
export const matrixRows = (rules: readonly Rule[]): readonly MatrixRow[] =>
  THREAT_MATRIX.map(({ rules: patterns, ...technique }) => {
    const tests = patterns.map(fileTest);
    const finds = ({ file, tags }: Rule): boolean =>
      tests.some(test => test(stem(file))) ||
      tags.some(tag => tag.toLowerCase() === `microsoft.${technique.id.toLowerCase()}`);
    return { ...technique, rules: rules.filter(finds).map(({ id, title, file }) => ({ id, title, file })) };
  });

const stem = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

/** `*` stands for any text. */
export function fileTest(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
  return name => expression.test(name);
}

const WIDTH = 100;
const NAME_WIDTH = 58;

/** The matrix for a terminal, tactic by tactic: what is found by which rules, and what is not. */
export function matrixTable(rows: readonly MatrixRow[]): string {
  const found = rows.filter(({ rules }) => rules.length > 0).length;
  const blind = rows.filter(({ rules, unseen }) => rules.length === 0 && unseen !== undefined).length;
  const parts = MATRIX_TACTICS.map(tactic => {
    const lines = rows.filter(({ tactics }) => tactics.includes(tactic)).map(rowText);
    return `\n${tactic.toUpperCase()}\n${lines.join('')}`;
  });
  const summary = `${found} of ${rows.length} techniques found, ${blind} leave no trace in audit logs`;
  return `Threat matrix for Kubernetes (Microsoft): ${summary}\n${parts.join('')}`;
}

function rowText({ id, name, rules, unseen }: MatrixRow): string {
  const title = `  ${rules.length > 0 ? '✓' : '✗'} ${id}  ${name}`;
  if (rules.length === 0) return `${title.padEnd(NAME_WIDTH)}  ${unseen ?? 'no rule'}\n`;
  const names = rules.map(({ file }) => printable(stem(file)));
  return `${title}\n${wrapped(names)}`;
}

const INDENT = ' '.repeat(15);

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const [i, name] of names.entries()) {
    const text = i < names.length - 1 ? `${name},` : name;
    if (line === '') line = text;
    else if (INDENT.length + line.length + 1 + text.length <= WIDTH) line += ` ${text}`;
    else {
      lines.push(line);
      line = text;
    }
  }
  return [...lines, line].map(text => `${INDENT}${text}\n`).join('');
}
