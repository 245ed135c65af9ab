import { fileURLToPath } from 'node:url';
import { datasetOf, READ_LOGS } from '../detect/logsource.ts';
import { KeywardenError } from '../errors.ts';
import { type CompiledRule, type CompileOptions, compileDetection, compileRule } from '../sigma/compile.ts';
import type { CorrelationSource } from '../sigma/correlation.ts';
import type { InForce } from '../sigma/directory.ts';
import { type FieldMap, parseFieldMap } from '../sigma/field-map.ts';
import { fieldMaps } from '../sigma/field-resolver.ts';
import type { FilterSource } from '../sigma/filter.ts';
import { withFilters } from '../sigma/filtering.ts';
import { hasDetection, kindOf } from '../sigma/kind.ts';
import { link } from '../sigma/link.ts';
import { type AllowList, activeValues, parseList } from '../sigma/lists.ts';
import { type ParsedDocument, parseRules, type RuleSource } from '../sigma/parse.ts';
import type { CorrelationProgram, Program } from '../sigma/program.ts';
import { AS_WRITTEN, type FieldResolver } from '../sigma/resolve.ts';
import type { Rule } from '../sigma/rule.ts';
import { contentHash, definitionOf } from './rule-hash.ts';
import { type Text, yamlFiles } from './yaml-files.ts';

/** The rules, lists and field maps that the project ships. */
export const SHIPPED_RULES = fileURLToPath(new URL('../../rules', import.meta.url));

export type RuleSet = {
  /** The rules that are evaluated, those of which a match alone is no alert too. */
  readonly rules: readonly CompiledRule[];
  /** What is evaluated on the matches of rules and alerts: correlations, and rules with `first_seen` or `without`. */
  readonly programs: readonly Program[];
  /** Correlations that count only as a part of others. */
  readonly parts: readonly CorrelationProgram[];
  /** What each correlation says, by its id: two that say the same have the same text. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Ids of rules and correlations that do not alert for themselves. */
  readonly quiet: ReadonlySet<string>;
  /** Every rule that could be read, as it was written, with its filters; those that are not evaluated too. */
  readonly sources: readonly RuleSource[];
  /** What they were compiled with. */
  readonly compile: CompileOptions;
  readonly lists: ReadonlyMap<string, AllowList>;
  /** Says whether two sets are the same: SHA-256 in hex over rules, filters, lists and field maps in force. */
  readonly hash: string;
  /** What could not be used, a line each; the other rules are in force all the same. */
  readonly faults: readonly KeywardenError[];
  /** What is no fault and yet to be known: rules that are not evaluated, deprecated, or leave something open; a line each. */
  readonly notes: readonly string[];
};

export type RuleOptions = {
  /** Files and folders of rules, and with them filters, lists and field maps; the shipped rules where it is undefined, and beside filters alone. */
  readonly rules: readonly string[] | undefined;
  /** What stands beside filters alone instead of the shipped rules. */
  readonly base?: readonly string[] | undefined;
  /** Files and folders of lists that replace lists of the same name. */
  readonly lists: readonly string[] | undefined;
  /** Files and folders of field maps whose entries replace entries of the same name. */
  readonly fields?: readonly string[] | undefined;
  readonly now: Date;
  /** Fields are those of plain JSON objects, not of ECS documents. */
  readonly plain?: boolean;
};

/** Reads and compiles rules. A rule that cannot be used is a fault and never disables its neighbours. Throws RULE, LIST or FIELDS where a path cannot be read, and RULE where there are no rules in it. */
export function loadRules({ rules, base, lists, fields, now, plain = false }: RuleOptions): RuleSet {
  const faults: KeywardenError[] = [];
  const notes: string[] = [];
  const own = (rules ?? []).flatMap(path => yamlFiles(path, 'RULE'));
  const shipped = yamlFiles(SHIPPED_RULES, 'RULE');
  const kept = base?.flatMap(path => yamlFiles(path, 'RULE')) ?? shipped;
  if (rules !== undefined && !own.some(isRules)) {
    throw new KeywardenError('RULE', `${rules.join(', ')}: no rules there; looked for files of rules, .yml and .yaml`);
  }
  const everywhere = [...shipped, ...kept, ...own];
  const allowLists = readLists([...everywhere, ...meantFor('list', lists, faults)], faults);
  const maps = readMaps([...everywhere, ...meantFor('fields', fields, faults)], faults);
  const values = new Map([...allowLists].map(([name, list]) => [name, activeValues(list, now)]));
  const resolver = plain ? AS_WRITTEN : resolverOf(maps, faults);
  const options = { ...resolver, lists: values };
  const documents = sorted(documentsOf(rules === undefined ? undefined : own, kept), faults, notes);
  const sources = filtered(documents, options, faults);
  const usable = sources
    .filter(source => plain || isRead(source, notes))
    .flatMap(source => attempt(() => compileRule(source, options), faults).map(compiled => ({ source, compiled })));
  const { rules: distinct, correlations } = withoutDuplicates(usable, documents.correlations, faults);
  const known = sources.map(({ rule }) => rule);
  const { programs, parts, quiet, refused, ...linked } = link({ rules: distinct, correlations, known, lists: values });
  faults.push(...linked.faults);
  const inForce = distinct.filter(({ compiled }) => !refused.has(compiled.rule.id));
  return {
    rules: inForce.map(({ compiled }) => compiled),
    programs,
    parts,
    definitions: new Map(correlations.map(source => [source.rule.id, definitionOf(source)])),
    quiet,
    sources,
    compile: options,
    lists: allowLists,
    hash: contentHash(
      inForce.map(({ source }) => source),
      correlations.filter(({ rule }) => [...programs, ...parts].some(program => program.rule === rule)),
      values,
      maps,
    ),
    faults,
    notes,
  };
}

/** A file that is of no known kind goes to the parser of rules too, which says what is wrong with it. */
const isRules = ({ text }: Text): boolean => !['list', 'fields'].includes(kindOf(text) ?? '');

const MEANT = {
  list: { code: 'LIST', what: 'no list', key: 'list' },
  fields: { code: 'FIELDS', what: 'no field map', key: 'field_map' },
} as const;

/** The files at paths that are given for one kind. A file of no kind is a fault: else nobody would hear of a list that is spelt wrong. Throws where there is none. */
function meantFor(
  kind: keyof typeof MEANT,
  paths: readonly string[] | undefined,
  faults: KeywardenError[],
): readonly Text[] {
  const { code, what, key } = MEANT[kind];
  return (paths ?? []).flatMap(path => {
    const files = yamlFiles(path, code).map(file => ({ ...file, kind: kindOf(file.text) }));
    for (const file of files) {
      if (file.kind === undefined)
        faults.push(new KeywardenError(code, `${file.file}: is ${what}; it has no key "${key}"`));
    }
    if (!files.some(file => file.kind === kind || file.kind === undefined)) {
      throw new KeywardenError(code, `${path}: ${what} there; looked for .yml and .yaml with the key "${key}"`);
    }
    return files;
  });
}

function readLists(files: readonly Text[], faults: KeywardenError[]): ReadonlyMap<string, AllowList> {
  const found = files.filter(({ text }) => kindOf(text) === 'list');
  const lists = found.flatMap(({ text, file }) => attempt(() => parseList(text, file), faults));
  return new Map(lists.map(list => [list.list, list]));
}

const readMaps = (files: readonly Text[], faults: KeywardenError[]): readonly FieldMap[] =>
  files
    .filter(({ text }) => kindOf(text) === 'fields')
    .flatMap(({ text, file }) => attempt(() => parseFieldMap(text, file), faults));

function resolverOf(maps: readonly FieldMap[], faults: KeywardenError[]): FieldResolver {
  const { resolver, faults: unusable } = fieldMaps(maps);
  faults.push(...unusable);
  return resolver;
}

/** The user's documents instead of those that are kept without them; filters and correlations alone are for these. */
function documentsOf(own: readonly Text[] | undefined, kept: readonly Text[]): readonly ParsedDocument[] {
  const parsed = (files: readonly Text[]): readonly ParsedDocument[] =>
    files.filter(isRules).flatMap(({ text, file }) => parseRules(text, file));
  if (own === undefined) return parsed(kept);
  const documents = parsed(own);
  // One that cannot be used is a filter still: else it would take all the rules with it that are kept.
  const areBeside = own.filter(isRules).every(speaksOfOthers) && documents.every(({ kind }) => kind !== 'rule');
  return areBeside ? [...parsed(kept), ...documents] : documents;
}

const speaksOfOthers = ({ text }: Text): boolean =>
  ['filter', 'correlation'].includes(kindOf(text) ?? '') && !hasDetection(text);

type Documents = {
  readonly rules: readonly RuleSource[];
  readonly filters: readonly FilterSource[];
  readonly correlations: readonly CorrelationSource[];
};

function sorted(documents: readonly ParsedDocument[], faults: KeywardenError[], notes: string[]): Documents {
  const rules: RuleSource[] = [];
  const filters: FilterSource[] = [];
  const correlations: CorrelationSource[] = [];
  for (const document of documents) {
    if (document.kind === 'filter') filters.push(document.source);
    else if (document.kind === 'fault') faults.push(document.fault);
    else {
      notes.push(...document.notes);
      if (!isSupported(document.source, notes)) continue;
      if (document.kind === 'rule') rules.push(document.source);
      else correlations.push(document.source);
    }
  }
  return { rules, filters, correlations };
}

/** Source: Sigma rules specification 2.1, "Status". */
function isSupported({ rule }: { readonly rule: Rule }, notes: string[]): boolean {
  const place = `${rule.file}:${rule.line}: "${rule.title}"`;
  if (rule.status === 'unsupported') notes.push(`${place} is not loaded: its status is unsupported`);
  if (rule.status === 'deprecated') notes.push(`${place} is deprecated; "related" may name what replaces it`);
  return rule.status !== 'unsupported';
}

/** The rules with their filters. A filter that cannot be used leaves its rules as they are: louder, never blind. */
function filtered(documents: Documents, options: CompileOptions, faults: KeywardenError[]): readonly RuleSource[] {
  const usable = documents.filters.filter(
    filter => attempt(() => compileDetection(filter, options), faults).length > 0,
  );
  const { rules, faults: missed } = withFilters(documents.rules, usable, documents.correlations);
  faults.push(...missed);
  return rules;
}

function isRead({ rule }: RuleSource, notes: string[]): boolean {
  if (datasetOf(rule) !== undefined) return true;
  const { category, product, service } = rule.logsource;
  const asked = Object.entries({ category, product, service }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  notes.push(
    `${rule.file}:${rule.line}: "${rule.title}" is not evaluated: it is about ${asked.join(', ') || 'no log source'}, and read are ${READ_LOGS}`,
  );
  return false;
}

function attempt<T>(make: () => T, faults: KeywardenError[]): readonly T[] {
  try {
    return [make()];
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    faults.push(error);
    return [];
  }
}

type Distinct = { readonly rules: readonly InForce[]; readonly correlations: readonly CorrelationSource[] };

/** Two rules of one id would share their alerts. One that cannot be used takes no id. */
function withoutDuplicates(
  rules: readonly InForce[],
  correlations: readonly CorrelationSource[],
  faults: KeywardenError[],
): Distinct {
  const byId = new Map<string, Rule>();
  const isFirst = ({ rule }: { readonly rule: Rule }): boolean => {
    const first = byId.get(rule.id);
    if (first === undefined) {
      byId.set(rule.id, rule);
      return true;
    }
    const taken = `the id ${rule.id} is taken by ${first.file}:${first.line}; give this rule its own`;
    faults.push(new KeywardenError('RULE', `${rule.file}:${rule.line}: ${taken}`));
    return false;
  };
  return { rules: rules.filter(({ compiled }) => isFirst(compiled)), correlations: correlations.filter(isFirst) };
}
