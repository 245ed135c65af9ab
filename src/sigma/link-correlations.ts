import { KeywardenError } from '../errors.ts';
import type { CorrelationSource } from './correlation.ts';
import type { Directory } from './directory.ts';
import { correlationProgram, correlationTree, type Tree } from './link-correlation.ts';
import type { CorrelationProgram } from './program.ts';

export type LinkedCorrelations = {
  readonly usable: readonly { readonly source: CorrelationSource; readonly program: CorrelationProgram }[];
  readonly faults: readonly KeywardenError[];
};

/** Links correlations, the inner ones of a chain before the outer ones, each once. */
export function linkCorrelations(sources: readonly CorrelationSource[], directory: Directory): LinkedCorrelations {
  const waits = new Map(sources.map(source => [source.rule.id, innerOf(source, directory)]));
  const trees = new Map<string, Tree>();
  const faults = new Map<string, KeywardenError>();
  for (const source of inOrder(sources, waits)) {
    const { id } = source.rule;
    try {
      trees.set(
        id,
        correlationTree(source, directory, inner => trees.get(inner)),
      );
    } catch (error) {
      if (!(error instanceof KeywardenError)) throw error;
      faults.set(id, error);
    }
  }
  for (const source of sources) {
    const { id } = source.rule;
    if (!trees.has(id) && !faults.has(id)) faults.set(id, circleFault(source, directory, waits));
  }
  return {
    usable: sources.flatMap(source => {
      const tree = trees.get(source.rule.id);
      return tree === undefined ? [] : [{ source, program: correlationProgram(source, tree) }];
    }),
    faults: sources.flatMap(source => faults.get(source.rule.id) ?? []),
  };
}

/** The correlations that one names, by its id. */
type Waits = ReadonlyMap<string, readonly string[]>;

const innerOf = ({ rules }: CorrelationSource, directory: Directory): readonly string[] => [
  ...new Set(rules.map(name => directory.find(name)).flatMap(one => (one.kind === 'correlation' ? [one.id] : []))),
];

/** Each after those that it names; those of circles, and those that need them, are left out. Source: Kahn 1962, topological sorting. */
function inOrder(sources: readonly CorrelationSource[], waits: Waits): readonly CorrelationSource[] {
  const outer = new Map<string, CorrelationSource[]>();
  const missing = new Map<CorrelationSource, number>();
  for (const source of sources) {
    const inner = waits.get(source.rule.id) ?? [];
    missing.set(source, inner.length);
    for (const id of inner) outer.set(id, [...(outer.get(id) ?? []), source]);
  }
  const ready = sources.filter(source => missing.get(source) === 0);
  for (const { rule } of ready) {
    for (const source of outer.get(rule.id) ?? []) {
      const left = (missing.get(source) ?? 0) - 1;
      missing.set(source, left);
      if (left === 0) ready.push(source);
    }
  }
  return ready;
}

function circleFault(source: CorrelationSource, directory: Directory, waits: Waits): KeywardenError {
  const { rules, faultAt, rule } = source;
  for (const [at, name] of rules.entries()) {
    const entry = directory.find(name);
    if (entry.kind !== 'correlation' || !reaches(entry.id, rule.id, waits)) continue;
    const what = entry.id === rule.id ? 'the correlation names itself; name another' : `${name} ${CIRCLE}`;
    return faultAt(['correlation', 'rules', at], what);
  }
  return faultAt(['correlation', 'rules'], 'names correlations that wait for each other; mend these first');
}

const CIRCLE = 'in turn waits for this correlation; a chain that ends in itself never begins';

function reaches(from: string, wanted: string, waits: Waits): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    if (id === wanted) return true;
    for (const inner of waits.get(id) ?? []) seen.add(inner);
  }
  return false;
}
