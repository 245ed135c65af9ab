import { SEVERITY } from '../model/alert.ts';
import { techniquesOf } from '../model/attack.ts';
import type { Role } from '../sigma/role.ts';
import type { Rule } from '../sigma/rule.ts';
import { printable } from './escape.ts';

const LEVEL_WIDTH = 13;
const WIDTH = 100;
const GAP = 2;

/** Rules as lines for a terminal of 100 columns, the gravest first: level and title; below them id, log source, what it does with matches, techniques and file. */
export function rulesTable(roles: readonly Role[]): string {
  if (roles.length === 0) return '';
  const sorted = [...roles].sort(
    ({ rule: a }, { rule: b }) => SEVERITY[b.level] - SEVERITY[a.level] || (a.file < b.file ? -1 : 1),
  );
  return `${'LEVEL'.padEnd(LEVEL_WIDTH)}  RULE\n${sorted.map(rowOf).join('')}`;
}

function rowOf({ rule, kind, what, alerts }: Role): string {
  const source = kind === 'correlation' ? '' : sourceOf(rule);
  const quiet = kind === 'correlation' && !alerts ? 'counts for others alone' : '';
  const details = [rule.id, source, what, quiet, techniquesOf(rule.tags).join(' '), rule.file]
    .filter(text => text !== '')
    .map(printable);
  const title = wrapped(printable(rule.title).split(' '), 1);
  return `${rule.level.padEnd(LEVEL_WIDTH)}  ${title}\n${INDENT}${wrapped(details, GAP)}\n`;
}

function sourceOf({ logsource: { product = 'any', service } }: Rule): string {
  return service === undefined ? product : `${product}/${service}`;
}

const INDENT = ' '.repeat(LEVEL_WIDTH + GAP);

/** Words in lines of what the terminal leaves beside the level; one that is longer stands alone. */
function wrapped(words: readonly string[], gap: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line === '') line = word;
    else if (line.length + gap + word.length <= WIDTH - INDENT.length) line += ' '.repeat(gap) + word;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join(`\n${INDENT}`);
}
