import type { Subject } from '../model/event.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { datasetOf } from './logsource.ts';
import { holding, RuleIndex } from './rule-index.ts';

/** Finds the rules that hold on an event. Both functions give the same answer; `match` skips rules that cannot hold. */
export type Engine = {
  readonly match: (subject: Subject) => readonly CompiledRule[];
  readonly matchAll: (subject: Subject) => readonly CompiledRule[];
};

const NONE: readonly CompiledRule[] = [];

/** Evaluates each rule on the data set of its log source, and on plain JSON whatever its log source. */
export function createEngine(rules: readonly CompiledRule[]): Engine {
  const sets = new Map<Subject['dataset'], readonly CompiledRule[]>([['json', rules]]);
  for (const dataset of ['kubernetes.audit_logs', 'etcd.audit_logs'] as const) {
    sets.set(
      dataset,
      rules.filter(({ rule }) => datasetOf(rule) === dataset),
    );
  }
  const indexes = new Map([...sets].map(([dataset, set]) => [dataset, new RuleIndex(set)]));
  return {
    match: ({ dataset, document }) => indexes.get(dataset)?.matching(document) ?? NONE,
    matchAll: ({ dataset, document }) => holding(sets.get(dataset) ?? NONE, document),
  };
}
