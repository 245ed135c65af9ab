import { absence } from '../../../src/detect/absence/absence.ts';
import { createEngine } from '../../../src/detect/engine.ts';
import { Signals } from '../../../src/detect/signals.ts';
import { Baseline } from '../../../src/detect/state/baseline.ts';
import { Clocks } from '../../../src/detect/state/clock.ts';
import type { Blindness, Finding } from '../../../src/detect/state/evaluator.ts';
import { StageTwo } from '../../../src/detect/state/stage-two.ts';
import type { Event } from '../../../src/model/event.ts';
import { loadRules } from '../../../src/pipeline/rules.ts';

const LIMITS = { signals: 100_000, groups: 100_000 };

const set = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-23') });

/** Rules that are judged by what is missing. */
export const JOINS = set.programs.filter(({ kind }) => kind === 'absence');

/** What the shipped rules find unexplained in events that are all there is, in whatever order they come. */
export function joined(events: readonly Event[]): {
  readonly found: readonly Finding[];
  readonly blind: readonly Blindness[];
} {
  const found: Finding[] = [];
  const blind: Blindness[] = [];
  const baseline = new Baseline(1_000);
  const stage = new StageTwo(
    JOINS,
    {
      evaluatorOf: program => {
        if (program.kind !== 'absence') throw new Error(`${program.kind} is none`);
        return absence(program, LIMITS, baseline);
      },
      waiting: 1_000_000,
      remembered: 1_000_000,
    },
    { found: finding => found.push(finding), blind: blindness => blind.push(blindness) },
  );
  const engine = createEngine(set.rules);
  const signals = new Signals(JOINS);
  const clocks = new Clocks(0);
  for (const event of events) {
    const { dataset, document } = event;
    const at = Date.parse(document['@timestamp']);
    clocks.reach({ producer: dataset, cluster: '', dataset, reached: at }, Number.POSITIVE_INFINITY);
    if (!event.judged) continue;
    for (const rule of engine.match(event)) for (const signal of signals.of(rule, event)) stage.take(signal);
  }
  stage.advance('', clocks.ended(''));
  return { found, blind };
}
