import { compileRule } from '../../../src/sigma/compile.ts';
import { link } from '../../../src/sigma/link.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import type { CorrelationProgram } from '../../../src/sigma/program.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';

const LISTS = new Map();

/** Rules that correlations name; what they match is of no concern here. */
const RULES = ['a', 'b', 'c', 'd', 'quiet'].map(
  name => `
title: Rule ${name}
name: ${name}
level: low
logsource: {product: p}
detection: {s: {name: ${name}}, condition: s}
`,
);

/** The program of the first correlation in the text, as rules are loaded anywhere. */
export function programOf(text: string): CorrelationProgram {
  const documents = parseRules([text, ...RULES].join('\n---\n'), 'correlations.yml');
  const rules = documents.flatMap(document => {
    if (document.kind === 'fault') throw document.fault;
    if (document.kind !== 'rule') return [];
    return [{ source: document.source, compiled: compileRule(document.source, { ...AS_WRITTEN, lists: LISTS }) }];
  });
  const correlations = documents.flatMap(document => (document.kind === 'correlation' ? [document.source] : []));
  const known = rules.map(({ compiled: { rule } }) => rule);
  const { programs, faults } = link({ rules, correlations, known, lists: LISTS });
  const [first] = programs;
  if (first?.kind === 'correlation') return first;
  throw faults[0] ?? new Error('no correlation');
}
