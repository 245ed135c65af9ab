import { durationMs } from '../model/duration.ts';
import type { Directory, InForce } from './directory.ts';
import type { Without } from './extension.ts';
import { toldFields } from './link-fields.ts';
import type { Lists } from './placeholder.ts';
import type { AbsenceProgram, Explanation, Input, Sight } from './program.ts';
import { groupFieldsOf } from './rule.ts';
import type { FaultAt } from './source.ts';

type Explaining = Without['rules'][number];
type Pairs = Explanation['by'];

/** A rule that explains, and what the program says of it. */
type Found = {
  readonly written: Explaining;
  readonly inForce: InForce;
  readonly explanation: Explanation;
};

/** A rule whose matches count where none of other rules explains them. Throws RULE naming file, line and column. */
export function absenceOf(inForce: InForce, without: Without, directory: Directory, lists: Lists): AbsenceProgram {
  const { source, compiled } = inForce;
  const { rule, faultAt } = source;
  const found = without.rules.map((written, at) => foundOf(written, at, without, inForce, directory));
  // What is one alert has to be found in one place too, else its id would depend on who is faster.
  const shard = sharedFields(found).filter(field => groupFieldsOf(rule).includes(field));
  const sight = sightOf(without, found, lists, faultAt);
  const waitMs = durationMs(without.wait);
  const subject: Input = {
    compiled,
    shard,
    absent: 'empty',
    fields: [...new Set([...shard, ...found.flatMap(ownFields), ...(sight?.by ?? []), ...toldFields(rule)])],
    isEvidence: true,
  };
  const explanations = found.map(({ explanation }) => explanation);
  return {
    kind: 'absence',
    rule,
    subject: rule.id,
    inputs: [subject, ...found.map(one => inputOf(one, shard, sight))],
    explanations,
    waitMs,
    sight,
    spanMs: most(explanations, 'beforeMs') + most(explanations, 'afterMs') + waitMs,
  };
}

const most = (explanations: readonly Explanation[], side: 'beforeMs' | 'afterMs'): number =>
  Math.max(...explanations.map(one => one[side]));

function foundOf(
  written: Explaining,
  at: number,
  { within, when, rules }: Without,
  { source: { rule, faultAt } }: InForce,
  directory: Directory,
): Found {
  const place = ['keywarden', 'without', 'rules', at, 'rule'];
  const entry = directory.find(written.rule);
  if (entry.kind === 'none') throw faultAt(place, entry.why);
  if (entry.kind === 'correlation')
    throw faultAt(place, `${written.rule} is a correlation; name a rule with a detection`);
  if (entry.id === rule.id) throw faultAt(place, 'a rule cannot explain itself; name another');
  if (entry.rule.keywarden?.first_seen !== undefined || entry.rule.keywarden?.without !== undefined) {
    throw faultAt(place, `${written.rule} has first_seen or without itself; name a rule with a detection alone`);
  }
  const first = rules.findIndex(one => {
    const other = directory.find(one.rule);
    return other.kind === 'rule' && other.id === entry.id;
  });
  if (first < at) throw faultAt(place, `${written.rule} is named twice; put what has to be the same into one`);
  const side = written.when ?? when;
  const ms = durationMs(written.within ?? within ?? '0s');
  const explanation = {
    input: entry.id,
    by: written.by,
    prefix: written.prefix,
    where: written.where,
    once: written.once,
    beforeMs: side === 'after' ? 0 : ms,
    afterMs: side === 'before' ? 0 : ms,
  };
  return { written, inForce: entry.inForce, explanation };
}

/** The subject's fields that all explanations have to share with it. */
function sharedFields(found: readonly Found[]): readonly string[] {
  const [first, ...rest] = found.map(({ explanation }) => explanation.by.map(([own]) => own));
  return (first ?? []).filter(field => rest.every(fields => fields.includes(field)));
}

const ownFields = ({ explanation: { by, prefix, where } }: Found): readonly string[] =>
  [...by, ...prefix, ...where].map(([own]) => own);

const theirFields = ({ explanation: { by, prefix } }: Found): readonly string[] =>
  [...by, ...prefix].map(([, theirs]) => theirs);

function inputOf(found: Found, shared: readonly string[], sight: Sight | undefined): Input {
  const { inForce, explanation } = found;
  const shard = shared.map(field => counterpart(field, explanation.by));
  const seen = sight?.explanationFields.get(explanation.input) ?? [];
  return {
    compiled: inForce.compiled,
    shard,
    absent: 'empty',
    fields: [...new Set([...shard, ...theirFields(found), ...seen])],
    isEvidence: false,
  };
}

const counterpart = (field: string, by: Pairs): string => by.find(([own]) => own === field)?.[1] ?? field;

function sightOf(
  { sight: by, covered }: Without,
  found: readonly Found[],
  lists: Lists,
  faultAt: FaultAt,
): Sight | undefined {
  if (by === undefined) return undefined;
  const explanationFields = new Map(
    found.map(({ explanation }) => [explanation.input, by.map(field => counterpart(field, explanation.by))]),
  );
  return { by, explanationFields, covered: coveredBy(covered, by.length, lists, faultAt) };
}

/** The entries of the list, `secrets` of the core group being `/secrets`. */
function coveredBy(covered: string | undefined, fields: number, lists: Lists, faultAt: FaultAt): ReadonlySet<string> {
  if (covered === undefined) return new Set();
  const place = ['keywarden', 'without', 'covered'];
  const list = covered.slice(1, -1);
  const entries = lists.get(list);
  if (entries === undefined) {
    throw faultAt(place, `there is no list ${list}; there are: ${[...lists.keys()].join(', ') || 'none'}`);
  }
  const parted = entries.map(entry => entry.split('/'));
  const odd = parted.find(parts => parts.length !== fields);
  if (odd === undefined) return new Set(parted.map(parts => parts.join('\0')));
  throw faultAt(
    place,
    `the entry "${odd.join('/')}" of ${list} has ${odd.length} values parted by slashes, and sight has ${fields} fields; make them as many`,
  );
}
