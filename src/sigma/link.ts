import { KeywardenError } from '../errors.ts';
import type { CorrelationSource } from './correlation.ts';
import { Directory, type InForce } from './directory.ts';
import type { Without } from './extension.ts';
import { absenceOf } from './link-absence.ts';
import { linkCorrelations } from './link-correlations.ts';
import { firstSeenOf } from './link-first-seen.ts';
import type { Lists } from './placeholder.ts';
import type { CorrelationProgram, Program } from './program.ts';
import type { Rule } from './rule.ts';

export type Linked = {
  /** What is evaluated and alerts. */
  readonly programs: readonly Program[];
  /** Correlations that count only as a part of others. */
  readonly parts: readonly CorrelationProgram[];
  /** Ids of rules of which a match alone is no alert, and of `parts`. */
  readonly quiet: ReadonlySet<string>;
  /** Ids of rules that cannot be used without what could not be linked. */
  readonly refused: ReadonlySet<string>;
  readonly faults: readonly KeywardenError[];
};

export type LinkInput = {
  readonly rules: readonly InForce[];
  readonly correlations: readonly CorrelationSource[];
  /** All rules that could be read, for what is said of one that is not in force. */
  readonly known: readonly Rule[];
  readonly lists: Lists;
};

/**
 * Makes programs of correlations and of rules with `first_seen` or `without`. One that cannot be linked is a fault and
 * takes no other with it, but those that it is a part of: the rules of a correlation then alert for themselves.
 */
export function link({ rules, correlations, known, lists }: LinkInput): Linked {
  const directory = new Directory(rules, correlations, known);
  const { usable, faults: broken } = linkCorrelations(correlations, directory);
  const faults: KeywardenError[] = [...broken];
  const loud = new Set(usable.flatMap(({ source, program }) => (source.generate ? partsOf(program) : [])));
  const inputs = new Set(usable.flatMap(({ program }) => partsOf(program)));
  const refused = new Set<string>();
  const stateful: Program[] = [];
  for (const inForce of rules) {
    const { rule } = inForce.compiled;
    const { first_seen, without } = rule.keywarden ?? {};
    if (first_seen !== undefined) stateful.push(firstSeenOf(inForce, first_seen));
    if (without === undefined) continue;
    const [program] = attempt(() => absenceOf(inForce, without, directory, lists), faults);
    if (program === undefined) refused.add(rule.id);
    else stateful.push(program);
    for (const id of explainers(without, directory)) (without.generate ? loud : inputs).add(id);
  }
  const quiet = inputs.difference(loud).union(new Set(stateful.map(({ rule }) => rule.id)));
  const programs = usable.map(({ program }) => program);
  return {
    programs: [...programs.filter(({ rule }) => !quiet.has(rule.id)), ...stateful],
    parts: programs.filter(({ rule }) => quiet.has(rule.id)),
    quiet,
    refused,
    faults,
  };
}

const partsOf = ({ root }: CorrelationProgram): readonly string[] =>
  root.parts.map(part => (part.kind === 'rule' ? part.input : part.node.id));

/** Whoever explains is honest work, and much of it: it stays quiet where what it explains cannot be judged. */
const explainers = ({ rules }: Without, directory: Directory): readonly string[] =>
  rules.map(({ rule }) => directory.find(rule)).flatMap(found => (found.kind === 'rule' ? [found.id] : []));

function attempt<T>(make: () => T, faults: KeywardenError[]): readonly T[] {
  try {
    return [make()];
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    faults.push(error);
    return [];
  }
}
