import { type CompiledRule, compileRule } from '../../../src/sigma/compile.ts';
import { ruleOf } from '../../unit/sigma/support.ts';

const HEAD = `title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: test }
`;

const LISTS = new Map([
  ['admins', ['alice', 'bob*']],
  ['networks', ['10.0.0.0/8', '::1', '192.0.2.7']],
  ['empty', []],
]);

/** Compiles a rule of which only the detection is given; fields are split at dots. */
export function compiled(detection: string): CompiledRule {
  const text = `${HEAD}detection:\n${detection.replace(/^/gm, '  ')}\n`;
  return compileRule(ruleOf(text), { resolve: field => [field.split('.')], lists: LISTS });
}

/** A detection of one selection, which is its condition. */
export const only = (selection: string): string => `s:\n${selection.replace(/^/gm, '  ')}\ncondition: s`;
