import { type Decision, decide, type PolicyRequest } from './decide.ts';
import { type AuditLevel, type Policy, STAGES, type Stage } from './policy.ts';
import { type AuditRecord, recordedAs, requestOf } from './recorded.ts';

/** An event on which a rule holds where all of it is recorded. */
export type Sample = { readonly name: string; readonly record: AuditRecord };

/** An event that a rule would not see under the policy. */
export type Blindness = {
  readonly sample: Sample;
  readonly request: PolicyRequest;
  readonly decision: Decision;
  /** The least level at which the rule sees it. */
  readonly needs: AuditLevel;
  /** The stage that the policy leaves out and without which there is no event to see. */
  readonly lacksStage: Stage | undefined;
};

/** What a rule sees of its samples under a policy. */
export type Sight = { readonly seen: number; readonly blind: readonly Blindness[] };

/**
 * Has each sample recorded as the policy would, and asks the rule again. `holds` says whether the rule holds on a record;
 * a sample on which it does not hold even in full says nothing.
 */
export function sightOf(policy: Policy, samples: readonly Sample[], holds: (record: AuditRecord) => boolean): Sight {
  const blind: Blindness[] = [];
  let seen = 0;
  for (const sample of samples) {
    const needs = leastLevel(sample, holds);
    if (needs === undefined) continue;
    const request = requestOf(sample.record);
    const decision = decide(policy, request);
    const recorded = recordedAs(sample.record, decision);
    if (recorded !== undefined && holds(recorded)) seen += 1;
    else blind.push({ sample, request, decision, needs, lacksStage: lackedStage(sample, decision) });
  }
  return { seen, blind };
}

const LEVELS = ['Metadata', 'Request', 'RequestResponse'] as const;

const leastLevel = ({ record }: Sample, holds: (record: AuditRecord) => boolean): AuditLevel | undefined =>
  LEVELS.find(level => {
    const recorded = recordedAs(record, { level, omitStages: [] });
    return recorded !== undefined && holds(recorded);
  });

function lackedStage({ record }: Sample, { omitStages }: Decision): Stage | undefined {
  const isRecorded = recordedAs(record, { level: 'Metadata', omitStages }) !== undefined;
  return isRecorded ? undefined : STAGES.find(stage => stage === record.stage);
}
