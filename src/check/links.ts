import type { CorrelationSource } from '../sigma/correlation.ts';
import type { InForce } from '../sigma/directory.ts';
import { kindOf } from '../sigma/kind.ts';
import { link } from '../sigma/link.ts';
import type { RuleSource } from '../sigma/parse.ts';
import type { Lists } from '../sigma/placeholder.ts';
import type { FieldResolver } from '../sigma/resolve.ts';
import type { Rule } from '../sigma/rule.ts';
import type { ReadFile } from './document.ts';
import { parsed, type Refusal, refusal } from './refusals.ts';
import { schemaOf } from './schema/schema.ts';

type Read = { readonly rules: readonly RuleSource[]; readonly correlations: readonly CorrelationSource[] };

/** What the engine says, by file, of correlations and rules that cannot be put together with those that they name. */
export function linkRefusals(
  files: readonly ReadFile[],
  beside: readonly ReadFile[],
  resolver: FieldResolver,
  lists: Lists,
): ReadonlyMap<string, readonly Refusal[]> {
  const own = readAll(files);
  if (own.correlations.length === 0 && !own.rules.some(namesOthers)) return new Map();
  const { rules, correlations } = together(own, readAll(beside));
  const inForce = rules.filter(({ rule }) => schemaOf(rule.logsource) !== undefined);
  const known = rules.map(({ rule }) => rule);
  const { faults } = link({ rules: inForce.map(source => stub(source, resolver)), correlations, known, lists });
  const found = files.map(({ file }): [string, readonly Refusal[]] => [
    file,
    faults.filter(({ message }) => standsIn(file, message)).map(({ message }) => refusal(file, message)),
  ]);
  return new Map(found);
}

/** `the rule cannot be used: FILE:3:5: what`; the rest may name other files. */
const standsIn = (file: string, message: string): boolean =>
  message.slice(message.indexOf(': ') + 2).startsWith(`${file}:`);

const namesOthers = ({ rule: { keywarden } }: RuleSource): boolean =>
  keywarden?.first_seen !== undefined || keywarden?.without !== undefined;

function readAll(files: readonly ReadFile[]): Read {
  const documents = files
    .filter(({ text }) => ['rule', 'correlation'].includes(kindOf(text) ?? ''))
    .flatMap(({ file, text }) => parsed(file, text));
  return {
    rules: documents.flatMap(document => (document.kind === 'rule' ? [document.source] : [])),
    correlations: documents.flatMap(document => (document.kind === 'correlation' ? [document.source] : [])),
  };
}

/** What is checked takes the place of what bears its id or its name beside it. */
function together(own: Read, beside: Read): Read {
  const taken = new Set([...own.rules, ...own.correlations].flatMap(({ rule }) => keysOf(rule)));
  const isFree = ({ rule }: { readonly rule: Rule }): boolean => keysOf(rule).every(key => !taken.has(key));
  return {
    rules: [...own.rules, ...beside.rules.filter(isFree)],
    correlations: [...own.correlations, ...beside.correlations.filter(isFree)],
  };
}

const keysOf = ({ id, name }: Rule): readonly string[] => [id, ...(name === undefined ? [] : [name])];

/** A rule that is never evaluated here. */
const stub = (source: RuleSource, { resolve }: FieldResolver): InForce => ({
  source,
  compiled: {
    rule: source.rule,
    matches: () => false,
    requires: [],
    pathsOf: field => resolve(field, source.rule.logsource),
  },
});
