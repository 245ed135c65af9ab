import { loadRules } from '../../../src/pipeline/rules.ts';
import { parseRules, type RuleSource } from '../../../src/sigma/parse.ts';
import type { FieldResolver } from '../../../src/sigma/resolve.ts';

/** The rules of a text. Throws the first fault. */
export const rulesOf = (text: string, file = 'rule.yml'): readonly RuleSource[] =>
  parseRules(text, file).map(document => {
    if (document.kind === 'rule') return document.source;
    throw document.kind === 'fault' ? document.fault : new Error(`a ${document.kind}, not a rule`);
  });

/** The first rule of a text. Throws the first fault. */
export function ruleOf(text: string, file = 'rule.yml'): RuleSource {
  const [source] = rulesOf(text, file);
  if (source === undefined) throw new Error('no rule');
  return source;
}

/** Where the fields of rules stand by the shipped field maps; they are read when first asked. */
export const SHIPPED_FIELDS: Required<FieldResolver> = {
  resolve: (field, logsource) => shipped().resolve(field, logsource),
  objectListOf: (path, logsource) => shipped().objectListOf?.(path, logsource),
};

let read: FieldResolver | undefined;

function shipped(): FieldResolver {
  read ??= loadRules({ rules: undefined, lists: undefined, now: new Date() }).compile;
  return read;
}
