import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { plainField, resolveField } from '../detect/fields.ts';
import { KeywardenError } from '../errors.ts';
import { type CompiledRule, compileRule } from '../sigma/compile.ts';
import { kindOf } from '../sigma/kind.ts';
import { type AllowList, activeValues, parseList } from '../sigma/lists.ts';
import { parseRules, type RuleSource } from '../sigma/parse.ts';
import { type Text, yamlFiles } from './yaml-files.ts';

/** The rules and lists that the project ships. */
export const SHIPPED_RULES = fileURLToPath(new URL('../../rules', import.meta.url));

export type RuleSet = {
  readonly rules: readonly CompiledRule[];
  readonly lists: ReadonlyMap<string, AllowList>;
  /** What could not be used, a line each; the other rules are in force all the same. */
  readonly faults: readonly KeywardenError[];
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
  const files = rules === undefined ? shipped : own;
  const sources = files.filter(isRules).flatMap(file => readRules(file, faults));
  const resolve = plain ? plainField : resolveField;
  const compiled = sources.flatMap(source => attempt(() => compileRule(source, { resolve, lists: values }), faults));
  const texts = files.filter(isRules).map(({ text }) => text);
  const digest = hash('sha256', JSON.stringify([texts, [...values]]));
  return { rules: withoutDuplicates(compiled, faults), lists: allowLists, faults, hash: digest };
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

const readRules = ({ text, file }: Text, faults: KeywardenError[]): readonly RuleSource[] =>
  attempt(() => parseRules(text, file), faults).flat();

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
function withoutDuplicates(rules: readonly CompiledRule[], faults: KeywardenError[]): readonly CompiledRule[] {
  const byId = new Map<string, CompiledRule>();
  for (const compiled of rules) {
    const { id, file, line } = compiled.rule;
    const first = byId.get(id)?.rule;
    if (first === undefined) byId.set(id, compiled);
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
