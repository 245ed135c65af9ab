import { Counter, Gauge, Registry } from 'prom-client';

/** What has been counted since the start. */
export type Totals = {
  readonly records: number;
  readonly events: number;
  readonly alerts: number;
  readonly deadLetters: number;
};

/** A set of rules. */
export type RuleSetFacts = { readonly hash: string; readonly rules: number; readonly lists: number };

/** What Prometheus is told. */
export type Metrics = {
  readonly registry: Registry;
  /** This set came into force, at the start or later; `at` in milliseconds since the epoch. */
  readonly inForce: (facts: RuleSetFacts, at: number) => void;
  /** What became of a changed set; while one is refused the last good one stays. */
  readonly reloaded: (result: 'accepted' | 'refused') => void;
  /** Where the totals stand; they are read at each scrape, so that counting costs the hot path nothing. */
  readonly count: (read: () => Totals) => void;
  /** Where signals stand, asked at each scrape. */
  readonly observe: (read: () => SignalFacts) => void;
  /** Where stories stand, likewise. */
  readonly stories: (totals: StoryTotals) => void;
};

/** What has become of alerts whose story had to be written, since the start. */
export type StoryTotals = {
  readonly storiesWritten: number;
  readonly storyConflicts: number;
  readonly storiesRefused: number;
};

/** What becomes of signals in this process; of its partitions those that it has now. Milliseconds. */
export type SignalFacts = {
  readonly signalsSent: number;
  readonly signalsDropped: number;
  readonly signals: number;
  readonly signalsLate: number;
  readonly signalsDuplicate: number;
  readonly signalsHurried: number;
  readonly signalsUnread: number;
  readonly signalsWaiting: number;
  readonly stateHeld: number;
  readonly stateEvicted: number;
  readonly notJudged: number;
  readonly blind: number;
  readonly clockLag: number;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `keywarden_${name}`, help, labelNames, registers: [registry] });
  const info = gauge('rules_info', 'The set of rules in force, by its hash; always 1.', ['hash']);
  const rules = gauge('rules', 'Rules in force.');
  const lists = gauge('lists', 'Allow lists in force.');
  const since = gauge('rules_since_timestamp_seconds', 'When the set of rules came into force.');
  const stale = gauge('rules_stale', '1 while changed rules are refused and the last good set stays in force.');
  const reloads = new Counter({
    name: 'keywarden_rules_reloads_total',
    help: 'Changed sets of rules, by what became of them.',
    labelNames: ['result'],
    registers: [registry],
  });
  return {
    registry,
    inForce: (facts, at) => {
      info.reset();
      info.set({ hash: facts.hash }, 1);
      rules.set(facts.rules);
      lists.set(facts.lists);
      since.set(at / 1_000);
    },
    reloaded: result => {
      reloads.inc({ result });
      stale.set(result === 'refused' ? 1 : 0);
    },
    count: read => addTotals(registry, TOTALS, read),
    observe: read => observe(registry, read),
    stories: totals => addTotals(registry, STORY_TOTALS, () => totals),
  };
}

type Row<T> = readonly [key: keyof T, name: string, help: string];

const TOTALS: readonly Row<Totals>[] = [
  ['records', 'records', 'Records read from Kafka.'],
  ['events', 'events', 'Events that the records held.'],
  ['alerts', 'alerts', 'Matches of rules that made or raised an alert.'],
  ['deadLetters', 'dead_letters', 'Records that could not be read.'],
];

const STORY_TOTALS: readonly Row<StoryTotals>[] = [
  ['storiesWritten', 'stories_written', 'Alerts that were given a story, or another one.'],
  ['storyConflicts', 'story_conflicts', 'Alerts that somebody else wrote at the same time; looked at again.'],
  ['storiesRefused', 'stories_refused', 'Alerts that cannot be given their story.'],
];

function addTotals<K extends string>(
  registry: Registry,
  rows: readonly Row<Readonly<Record<K, number>>>[],
  read: () => Readonly<Record<K, number>>,
): void {
  for (const [key, name, help] of rows) {
    new Counter({
      name: `keywarden_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read()[key]);
      },
    });
  }
}

/** Gauges, since what another process has taken over is not counted here any more. */
const SIGNAL_FACTS: readonly (readonly [name: string, help: string, valueOf: (facts: SignalFacts) => number])[] = [
  ['signals_sent', 'Matches sent into the signals topic since the start.', facts => facts.signalsSent],
  ['signals_dropped', 'Records that were larger than the signals topic takes.', facts => facts.signalsDropped],
  ['signals', 'Signals read, of the partitions that this process has.', facts => facts.signals],
  ['signals_late', 'Signals that came after the clock had passed them.', facts => facts.signalsLate],
  ['signals_duplicate', 'Signals that came again.', facts => facts.signalsDuplicate],
  [
    'signals_hurried',
    'Signals evaluated before their time, since they waited too long or too many did.',
    facts => facts.signalsHurried,
  ],
  ['signals_unread', 'Records of the signals topic that were passed over.', facts => facts.signalsUnread],
  ['signals_waiting', 'Signals that wait for the clock.', facts => facts.signalsWaiting],
  ['state_held', 'Signals, terms and matches that rules hold.', facts => facts.stateHeld],
  ['state_evicted', 'Groups and terms that had to go for others.', facts => facts.stateEvicted],
  ['not_judged', 'Matches of which it is not known whether something explains them.', facts => facts.notJudged],
  ['blind_streams', 'Streams that rules wait for and that have fallen silent.', facts => facts.blind],
  ['clock_lag_seconds', 'How far the slowest clock is behind.', facts => facts.clockLag / 1_000],
];

function observe(registry: Registry, read: () => SignalFacts): void {
  for (const [name, help, fact] of SIGNAL_FACTS) {
    new Gauge({
      name: `keywarden_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(fact(read()));
      },
    });
  }
}
