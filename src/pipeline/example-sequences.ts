import { createEngine } from '../detect/engine.ts';
import { evaluatorOf } from '../detect/evaluators.ts';
import { Signals } from '../detect/signals.ts';
import { Baseline } from '../detect/state/baseline.ts';
import type { Clock } from '../detect/state/evaluator.ts';
import { StageTwo } from '../detect/state/stage-two.ts';
import { Suppression } from '../detect/suppress.ts';
import { durationMs } from '../model/duration.ts';
import type { Event } from '../model/event.ts';
import type { Program } from '../sigma/program.ts';
import { DEFAULT_SUPPRESS } from './judges.ts';

/** What came of a sequence. */
export type SequenceResult = {
  readonly alerts: number;
  /** On how many of the events each rule of the program holds, by its title. */
  readonly matches: ReadonlyMap<string, number>;
};

const MOST = 100_000;
/** No more comes, and all has been told. */
const THE_END: Clock = { now: Number.POSITIVE_INFINITY, sight: () => Number.POSITIVE_INFINITY };

/** Evaluates a program on events as `run` would with all logs complete, and counts its alerts. */
export function runSequence(program: Program, events: readonly Event[]): SequenceResult {
  const { match } = createEngine(program.inputs.map(({ compiled }) => compiled));
  const suppression = new Suppression({
    suppressMs: durationMs(DEFAULT_SUPPRESS),
    capacity: MOST,
    onEvict: () => {},
  });
  const alerts = new Set<string>();
  const baseline = new Baseline(MOST);
  const limits = { signals: MOST, groups: MOST };
  const stageTwo = new StageTwo(
    [program],
    { evaluatorOf: one => evaluatorOf(one, limits, baseline), waiting: MOST, remembered: MOST },
    {
      found: finding => {
        const episode = suppression.takeFinding(finding);
        if (episode !== undefined) alerts.add(episode.id);
      },
      blind: () => {},
    },
  );
  const signals = new Signals([program]);
  const matches = new Map(program.inputs.map(({ compiled: { rule } }) => [rule.title, 0]));
  for (const event of events) {
    for (const compiled of event.judged ? match(event) : []) {
      const { title } = compiled.rule;
      matches.set(title, (matches.get(title) ?? 0) + 1);
      for (const signal of signals.of(compiled, event)) stageTwo.take(signal);
    }
  }
  for (const cluster of stageTwo.clusters) stageTwo.advance(cluster, THE_END);
  return { alerts: alerts.size, matches };
}
