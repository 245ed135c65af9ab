import { datasetOf } from '../detect/logsource.ts';
import { imagined } from '../policy/imagined.ts';
import type { Policy } from '../policy/policy.ts';
import { type AuditRecord, auditRecord } from '../policy/recorded.ts';
import { type Remedy, remedied, remedyFor } from '../policy/remedy.ts';
import { type Sample, type Sight, sightOf } from '../policy/sight.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Rule } from '../sigma/rule.ts';
import { eventsOf } from './example-events.ts';
import { exampleReader } from './examples.ts';
import type { RuleSet } from './rules.ts';

/** What one rule sees under the policy. */
export type RuleSight = {
  readonly rule: Rule;
  /** `examples`: the records beside the rule; `fields`: requests that were imagined from what its fields say. */
  readonly by: 'examples' | 'fields';
  readonly sight: Sight;
};

export type PolicyCheck = {
  readonly policy: Policy;
  readonly sights: readonly RuleSight[];
  /** Rules that have no examples and name no resource, so that nothing can be said of them. */
  readonly unknown: readonly Rule[];
  /** Rules on other logs, which no audit policy blinds. */
  readonly others: number;
  readonly remedy: Remedy;
  /** What each rule would see under the policy with the remedy. */
  readonly after: readonly RuleSight[];
};

/** Which rules an audit policy blinds, found by having their examples recorded as it would record them. */
export function checkPolicy(policy: Policy, set: RuleSet): PolicyCheck {
  const watchers = watchersOf(set);
  const known = watchers.filter(({ samples }) => samples.length > 0);
  const sights = known.map(watcher => see(policy, watcher));
  const remedy = remedyFor(
    policy,
    sights.flatMap(({ sight }) => sight.blind),
  );
  const mended = remedied(policy, remedy);
  return {
    policy,
    sights,
    unknown: watchers.filter(({ samples }) => samples.length === 0).map(({ rule }) => rule),
    others: set.rules.length - watchers.length,
    remedy,
    after: known.map(watcher => see(mended, watcher)),
  };
}

type Watcher = {
  readonly rule: Rule;
  readonly by: RuleSight['by'];
  readonly samples: readonly Sample[];
  readonly holds: (record: AuditRecord) => boolean;
};

const see = (policy: Policy, { rule, by, samples, holds }: Watcher): RuleSight => ({
  rule,
  by,
  sight: sightOf(policy, samples, holds),
});

function watchersOf(set: RuleSet): readonly Watcher[] {
  const read = exampleReader();
  return set.rules
    .filter(({ rule }) => datasetOf(rule) === 'kubernetes.audit_logs')
    .map(compiled => {
      const samples = read(compiled.rule).examples.flatMap(({ match }) => match.flatMap(sampleOf));
      if (samples.length === 0) return fromFields(compiled, set);
      return { rule: compiled.rule, by: 'examples', samples, holds: record => firesOn(compiled, record) };
    });
}

function sampleOf({ name, record }: { readonly name: string; readonly record?: unknown }): readonly Sample[] {
  const read = auditRecord(record);
  return read === undefined ? [] : [{ name, record: read }];
}

const firesOn = (compiled: CompiledRule, record: AuditRecord): boolean =>
  eventsOf({ record }).events.some(event => event.judged && compiled.matches(event.document));

function fromFields({ rule, requires }: CompiledRule, { sources, compile }: RuleSet): Watcher {
  const source = sources.find(one => one.rule.id === rule.id);
  const items = [...(source?.selections.values() ?? [])].flat(2);
  const paths = items.flatMap(({ field }) => compile.resolve(field, rule.logsource));
  const { samples, holds } = imagined(requires, paths) ?? { samples: [], holds: () => false };
  return { rule, by: 'fields', samples, holds };
}
