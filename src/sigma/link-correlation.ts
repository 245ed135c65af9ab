import { chainsOf, MOST_TO_CHOOSE_FROM } from './chains.ts';
import type { CompiledRule } from './compile.ts';
import type { Condition } from './condition.ts';
import type { ConditionSource, CorrelationSource } from './correlation.ts';
import type { Directory, Entry } from './directory.ts';
import { whyNoField } from './link-fields.ts';
import { testOf } from './number-criteria.ts';
import type { CorrelationCondition, CorrelationNode, CorrelationPart, CorrelationProgram, Input } from './program.ts';
import { messageFields } from './rule.ts';

/** Correlations of correlations: more is a mistake. */
const MAX_DEPTH = 8;
/** Correlations below one, each as often as it is named. */
const MAX_NODES = 64;

/** A correlation and what stands below it. */
export type Tree = {
  readonly node: CorrelationNode;
  readonly rules: ReadonlyMap<string, CompiledRule>;
  readonly nodes: readonly CorrelationNode[];
  readonly depth: number;
  /** Milliseconds before a match that it may look back. */
  readonly spanMs: number;
};

/** A rule or correlation that a correlation names. */
type Member = { readonly name: string; readonly entry: Entry; readonly below: Tree | undefined };

/** Puts a correlation together with the rules that it names, and the correlations that are linked already. Throws RULE naming file, line and column. */
export function correlationTree(
  source: CorrelationSource,
  directory: Directory,
  linked: (id: string) => Tree | undefined,
): Tree {
  const members = source.rules.map((name, at) =>
    memberOf(name, source, ['correlation', 'rules', at], directory, linked),
  );
  const ids = members.map(({ entry: { id } }) => id);
  const again = ids.findIndex((id, at) => ids.indexOf(id) < at);
  if (again < 0) return treeOf(source, members);
  throw source.faultAt(
    ['correlation', 'rules', again],
    `${source.rules[again]} is the same as ${source.rules[ids.indexOf(ids[again] ?? '')]}; take one out`,
  );
}

/** The program of a correlation that alerts or would. */
export function correlationProgram({ rule, groupBy }: CorrelationSource, tree: Tree): CorrelationProgram {
  const { node, rules, nodes, spanMs } = tree;
  const told = messageFields(rule).filter(field => field !== 'count' && !groupBy.includes(field));
  const inputs = [...rules].map(
    ([id, compiled]): Input => ({
      compiled,
      shard: node.groupFields.get(id) ?? [],
      absent: 'left-out',
      fields: [...new Set([...nodes.flatMap(one => fieldsIn(one, id)), ...told])],
      isEvidence: true,
    }),
  );
  return { kind: 'correlation', rule, inputs, spanMs, root: node };
}

function memberOf(
  name: string,
  { faultAt }: CorrelationSource,
  place: readonly PropertyKey[],
  directory: Directory,
  linked: (id: string) => Tree | undefined,
): Member {
  const entry = directory.find(name);
  if (entry.kind === 'none') throw faultAt(place, entry.why);
  if (entry.kind === 'rule') {
    const { first_seen, without } = entry.rule.keywarden ?? {};
    if (first_seen === undefined && without === undefined) return { name, entry, below: undefined };
    throw faultAt(
      place,
      `${name} has ${first_seen === undefined ? 'without' : 'first_seen'}, and a correlation counts the matches of detections; name a rule with a detection alone`,
    );
  }
  const below = linked(entry.id);
  const { file, line } = entry.rule;
  if (below === undefined) {
    throw faultAt(place, `the correlation ${name} (${file}:${line}) cannot be used itself; mend it first`);
  }
  if (below.depth >= MAX_DEPTH) throw faultAt(place, `the chain has more than ${MAX_DEPTH} correlations; shorten it`);
  return { name, entry, below };
}

const fieldsIn = ({ groupFields, valueFields }: CorrelationNode, id: string): readonly string[] => [
  ...(groupFields.get(id) ?? []),
  ...(valueFields.get(id) ?? []),
];

function treeOf(source: CorrelationSource, members: readonly Member[]): Tree {
  const { rule, type, timespanMs, groupBy, condition, faultAt } = source;
  const aliases = aliasesOf(source, members);
  const counted = condition.kind === 'number' ? condition.fields : [];
  const node: CorrelationNode = {
    id: rule.id,
    type,
    timespanMs,
    parts: members.map(partOf),
    groupBy,
    groupFields: fieldsOf(groupBy, members, aliases, { source, place: ['correlation', 'group-by'] }),
    valueFields: fieldsOf(counted, members, aliases, { source, place: ['correlation', 'condition', 'field'] }),
    holds: conditionOf(source, members),
  };
  const why = whyUnusable(node);
  if (why !== undefined) throw faultAt(['correlation', 'condition'], why);
  const below = members.flatMap(member => (member.below === undefined ? [] : [member.below]));
  const nodes = [node, ...below.flatMap(tree => tree.nodes)];
  if (nodes.length > MAX_NODES) {
    throw faultAt(['correlation', 'rules'], `stands for more than ${MAX_NODES} correlations; make the chain smaller`);
  }
  return {
    node,
    rules: new Map(members.flatMap(rulesOf)),
    nodes,
    depth: 1 + Math.max(0, ...below.map(({ depth }) => depth)),
    spanMs: timespanMs + Math.max(0, ...below.map(({ spanMs }) => spanMs)),
  };
}

/** What is wrong with a condition over rules. */
function whyUnusable({ holds, parts: { length } }: CorrelationNode): string | undefined {
  if (holds.kind === 'number') return undefined;
  if (holds.test(() => false)) {
    return 'holds where no rule matches; name a rule that has to match, and for what is missing write keywarden.without';
  }
  if (length > MOST_TO_CHOOSE_FROM) return undefined;
  const choices = Array.from({ length: 2 ** length }, (_, bits) => (part: number) => ((bits >> part) & 1) === 1);
  return choices.some(holds.test) ? undefined : 'can never hold, whichever rules match; mend it';
}

const partOf = ({ name, entry, below }: Member): CorrelationPart =>
  below === undefined ? { kind: 'rule', name, input: entry.id } : { kind: 'correlation', name, node: below.node };

const rulesOf = ({ entry, below }: Member): readonly (readonly [string, CompiledRule])[] => {
  if (below !== undefined) return [...below.rules];
  return entry.kind === 'rule' ? [[entry.id, entry.inForce.compiled]] : [];
};

/** By alias and the id of a rule, the field of that rule. */
type Aliases = ReadonlyMap<string, ReadonlyMap<string, string>>;

function aliasesOf({ aliases, faultAt }: CorrelationSource, members: readonly Member[]): Aliases {
  const idOf = (alias: string, name: string): string => {
    const means = members.find(
      member => member.name === name || member.entry.rule.name === name || member.entry.id === name.toLowerCase(),
    );
    if (means !== undefined) return means.entry.id;
    const place = ['correlation', 'aliases', alias, name];
    const names = members.map(member => member.name).join(', ');
    throw faultAt(place, `the correlation names no rule ${name}; it names: ${names}`, 'key');
  };
  return new Map(
    [...aliases].map(([alias, fields]) => [
      alias,
      new Map([...fields].map(([name, field]) => [idOf(alias, name), field])),
    ]),
  );
}

type Naming = { readonly source: CorrelationSource; readonly place: readonly PropertyKey[] };

/** For each rule below, the fields that hold the values that are named. */
function fieldsOf(
  named: readonly string[],
  members: readonly Member[],
  aliases: Aliases,
  naming: Naming,
): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  if (named.length === 0 && naming.place.includes('condition')) return fields;
  for (const member of members) {
    const own = named.map(one => aliases.get(one)?.get(member.entry.id) ?? one);
    for (const [id, found] of composed(member, named, own, naming)) {
      const known = fields.get(id);
      const at = known?.findIndex((field, i) => field !== found[i]) ?? -1;
      if (at >= 0) {
        throw naming.source.faultAt(
          [...naming.place, at],
          `is ${known?.[at]} of a rule in one place of the chain and ${found[at]} of the same rule in another; make the aliases agree`,
        );
      }
      fields.set(id, found);
    }
  }
  return fields;
}

/** Of a correlation, the fields that its own group is made of. */
function composed(
  { name, entry, below }: Member,
  named: readonly string[],
  own: readonly string[],
  { source: { faultAt }, place }: Naming,
): readonly (readonly [string, readonly string[]])[] {
  if (below === undefined) {
    if (entry.kind !== 'rule') return [];
    for (const [at, field] of own.entries()) {
      const why = whyNoField(entry.inForce.compiled, field);
      if (why !== undefined) throw faultAt([...place, at], why);
    }
    return [[entry.id, own]];
  }
  const { groupBy, groupFields } = below.node;
  const at = own.findIndex(field => !groupBy.includes(field));
  if (at >= 0) {
    const what = own[at] === named[at] ? own[at] : `${own[at]}, which ${named[at]} means of it`;
    throw faultAt(
      [...place, at],
      `the correlation ${name} does not group by ${what}; add it to its group-by, or name what it groups by in an alias`,
    );
  }
  return [...groupFields].map(([id, fields]) => [id, own.map(field => fields[groupBy.indexOf(field)] ?? field)]);
}

const TEMPORAL: readonly string[] = ['temporal', 'temporal_ordered'];

function conditionOf(
  { condition, type, faultAt }: CorrelationSource,
  members: readonly Member[],
): CorrelationCondition {
  if (condition.kind === 'number' && !TEMPORAL.includes(type)) {
    return { kind: 'number', test: testOf(condition.criteria), percentile: condition.percentile };
  }
  const test = partsTest(condition, members);
  const chains = type === 'temporal_ordered' ? chainsOf(members.length, test) : [];
  if (chains !== undefined) return { kind: 'parts', test, chains };
  throw faultAt(
    ['correlation', 'condition'],
    `chooses in order among ${members.length} rules; name ${MOST_TO_CHOOSE_FROM} at the most, or want all of them`,
  );
}

function partsTest(condition: ConditionSource, members: readonly Member[]): PartsTest {
  if (condition.kind === 'rules') {
    return expressionTest(condition.expression, new Map(members.map(({ name }, at) => [name, at])));
  }
  const test = testOf(condition.criteria);
  return has => test(members.reduce((sum, _, at) => (has(at) ? sum + 1 : sum), 0));
}

type PartsTest = (has: (part: number) => boolean) => boolean;

function expressionTest(condition: Condition, positions: ReadonlyMap<string, number>): PartsTest {
  if (condition.kind === 'selection') {
    const at = positions.get(condition.name) ?? -1;
    return has => has(at);
  }
  if (condition.kind === 'not') {
    const test = expressionTest(condition.part, positions);
    return has => !test(has);
  }
  const tests = condition.parts.map(part => expressionTest(part, positions));
  return condition.kind === 'and' ? has => tests.every(test => test(has)) : has => tests.some(test => test(has));
}
