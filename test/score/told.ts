import { alertOf } from '../../src/detect/alert.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { evaluatorOf } from '../../src/detect/evaluators.ts';
import { Signals } from '../../src/detect/signals.ts';
import { Baseline } from '../../src/detect/state/baseline.ts';
import { alertOfFinding } from '../../src/detect/state/findings.ts';
import { StageTwo } from '../../src/detect/state/stage-two.ts';
import type { Event } from '../../src/model/event.ts';
import type { Origin } from '../../src/model/record.ts';
import type { RuleSet } from '../../src/pipeline/rules.ts';
import type { Rule } from '../../src/sigma/rule.ts';

/** What is told of one match, or of one finding of a rule of several events; `origin` is that of its last event. */
export type Told = { readonly rule: Rule; readonly message: string; readonly origin: Origin };

const MOST = 1_000_000;
const LIMITS = { signals: MOST, groups: MOST };

/** What the rules tell of events that come in order and are all there are: nothing is late, and no log lacks a line. */
export function toldOf({ rules, programs, quiet }: RuleSet, events: readonly Event[]): readonly Told[] {
  const told: Told[] = [];
  const engine = createEngine(rules);
  const signals = new Signals(programs);
  const baseline = new Baseline(MOST);
  const stageTwo = new StageTwo(
    programs,
    { evaluatorOf: program => evaluatorOf(program, LIMITS, baseline), waiting: MOST, remembered: MOST },
    {
      found: finding => {
        const { message } = alertOfFinding(finding, 'id', 'key', undefined);
        const origin = finding.maker.witness?.evidence.origin ?? { file: 'unknown', line: 0 };
        told.push({ rule: finding.program.rule, message, origin });
      },
      blind: () => {},
    },
  );
  for (const event of events.filter(({ judged }) => judged)) {
    for (const match of engine.match(event)) {
      for (const signal of signals.of(match, event)) stageTwo.take(signal);
      if (quiet.has(match.rule.id)) continue;
      told.push({ rule: match.rule, message: alertOf(match, event, 'request').message, origin: event.origin });
    }
  }
  for (const cluster of stageTwo.clusters) {
    stageTwo.advance(cluster, { now: Number.POSITIVE_INFINITY, sight: () => Number.POSITIVE_INFINITY });
  }
  return told;
}
