import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { plainField, resolveField } from '../detect/fields.ts';
import { KeywardenError } from '../errors.ts';
import { type CompiledRule, type CompileOptions, compileDetection, compileRule } from '../sigma/compile.ts';
import type { FilterSource } from '../sigma/filter.ts';
import { withFilters } from '../sigma/filtering.ts';
import { kindOf } from '../sigma/kind.ts';
import { type AllowList, activeValues, parseList } from '../sigma/lists.ts';
import { type ParsedDocument, parseRules, type RuleSource } from '../sigma/parse.ts';
import { type Text, yamlFiles } from './yaml-files.ts';

/** The rules and lists that the project ships. */
export const SHIPPED_RULES = fileURLToPath(new URL('../../rules', import.meta.url));

export type RuleSet = {
  readonly rules: readonly CompiledRule[];
  /** The rules as they were written, each with its filters; more than `rules` where some could not be used. */
  readonly sources: readonly RuleSource[];
  /** What they were compiled with. */
  readonly compile: CompileOptions;
  readonly lists: ReadonlyMap<string, AllowList>;
  /** What could not be used, a line each; the other rules are in force all the same. */
  readonly faults: readonly KeywardenError[];
  /** What was made of a rule that leaves something open, and which rules are not evaluated, a line each. */
  readonly notes: readonly string[];
  /** Tells this set from any other: the same for the same rules and the same entries of lists. */
  readonly hash: string;
};

export type RuleOptions = {
  /** Files and folders of rules (and lists); the shipped rules where it is undefined. */
  readonly rules: readonly string[] | undefined;
  /** Files and folders of lists that replace lists of the same name. */
  readonly lists: readonly string[] | undefined;
  readonly now: Date;
  /** Fields are those of plain JSON objects, not of ECS documents. */
  readonly plain?: boolean;
};

/** Reads and compiles rules. A rule that cannot be used is a fault and never disables its neighbours. Throws RULE or LIST where a path cannot be read, and RULE where there are no rules in it. */
export function loadRules({ rules, lists, now, plain = false }: RuleOptions): RuleSet {
  const faults: KeywardenError[] = [];
  const own = (rules ?? []).flatMap(ruleFiles);
  const shipped = ruleFiles(SHIPPED_RULES);
  if (rules !== undefined && !own.some(isRules)) {
    throw new KeywardenError('RULE', `${rules.join(', ')}: no rules there; looked for files of rules, .yml and .yaml`);
  }
  const allowLists = readLists([...shipped, ...own, ...(lists ?? []).flatMap(listFiles)], faults);
  const values = new Map([...allowLists].map(([name, list]) => [name, activeValues(list, now)]));
  const resolve = plain ? plainField : resolveField;
  const options = { resolve, lists: values };
  const files = (rules === undefined ? shipped : own).filter(isRules);
  const documents = files.flatMap(({ text, file }) => parseRules(text, file));
  const notes: string[] = [];
  const sources = sourcesOf(documents, options, faults, notes);
  const compiled = sources.flatMap(source => attempt(() => compileRule(source, options), faults));
  const digest = hash('sha256', JSON.stringify([files.map(({ text }) => text), [...values]]));
  return { rules: compiled, sources, compile: options, lists: allowLists, faults, notes, hash: digest };
}

const ruleFiles = (path: string): readonly Text[] => yamlFiles(path, 'RULE');
const listFiles = (path: string): readonly Text[] => yamlFiles(path, 'LIST');

const isList = ({ text }: Text): boolean => kindOf(text) === 'list';
/** A file that is of no known kind goes to the parser of rules too, which says what is wrong with it. */
const isRules = (file: Text): boolean => !isList(file);

function readLists(files: readonly Text[], faults: KeywardenError[]): ReadonlyMap<string, AllowList> {
  const lists = files.filter(isList).flatMap(({ text, file }) => attempt(() => parseList(text, file), faults));
  return new Map(lists.map(list => [list.list, list]));
}

/** The rules among the documents, with the filters among them. */
function sourcesOf(
  documents: readonly ParsedDocument[],
  options: CompileOptions,
  faults: KeywardenError[],
  notes: string[],
): readonly RuleSource[] {
  const rules: RuleSource[] = [];
  const filters: FilterSource[] = [];
  for (const document of documents) {
    if (document.kind === 'rule') {
      notes.push(...document.notes);
      if (isSupported(document.source, notes)) rules.push(document.source);
    } else if (document.kind === 'filter') filters.push(document.source);
    else faults.push(document.fault);
  }
  const usable = filters.filter(filter => attempt(() => compileDetection(filter, options), faults).length > 0);
  const filtered = withFilters(withoutDuplicates(rules, faults), usable);
  faults.push(...filtered.faults);
  return filtered.rules;
}

/** Source: Sigma rules specification 2.1, "Status". */
function isSupported({ rule: { file, line, title, status } }: RuleSource, notes: string[]): boolean {
  if (status === 'unsupported')
    notes.push(`${file}:${line}: "${title}" is not loaded, since its status is unsupported`);
  if (status === 'deprecated')
    notes.push(`${file}:${line}: "${title}" is deprecated; see its "related" for what replaces it`);
  return status !== 'unsupported';
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

/** Two rules of one id would share their alerts. */
function withoutDuplicates(rules: readonly RuleSource[], faults: KeywardenError[]): readonly RuleSource[] {
  const byId = new Map<string, RuleSource>();
  for (const source of rules) {
    const { id, file, line } = source.rule;
    const first = byId.get(id)?.rule;
    if (first === undefined) byId.set(id, source);
    else
      faults.push(
        new KeywardenError(
          'RULE',
          `${file}:${line}: the id ${id} is taken by ${first.file}:${first.line}; give this rule its own`,
        ),
      );
  }
  return [...byId.values()];
}
