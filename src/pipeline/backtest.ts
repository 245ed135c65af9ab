import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { createEngine } from '../detect/engine.ts';
import type { Enrich } from '../enrich/enrich.ts';
import type { KeywardenError } from '../errors.ts';
import type { Source } from '../ingest/files.ts';
import { recordOf } from '../ingest/kafka.ts';
import { readStretches, stretchesBetween } from '../ingest/topic.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import { normalize } from '../normalize/normalize.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { Comparison, type RuleDifference } from './comparison.ts';
import { withKafka } from './connections.ts';
import { readEvents } from './read-events.ts';

/** Two sets of rules to compare. */
export type Sets = { readonly current: readonly CompiledRule[]; readonly candidates: readonly CompiledRule[] };

export type Backtest = {
  readonly rules: readonly RuleDifference[];
  readonly events: number;
  readonly seconds: number;
  /** Files that broke off; what came before is judged. */
  readonly faults: readonly KeywardenError[];
};

export type BacktestSink = {
  readonly deadLetter: (letter: DeadLetter) => void;
  /** Bytes of files, or records of topics, that have been read; `total` only of records. */
  readonly progress: (done: number, total: number | undefined) => void;
};

/** Evaluates both sets on the events of files. Throws FILE. */
export async function backtestFiles(
  sources: readonly Source[],
  sets: Sets,
  { enrich, cluster }: { readonly enrich: Enrich | undefined; readonly cluster: string | undefined },
  { deadLetter, progress }: BacktestSink,
): Promise<Backtest> {
  const run = begun(sets);
  const { faults } = await readEvents(
    sources,
    { settings: normalizeSettings('keywarden', Date.now), cluster, enrich },
    { event: run.judge, deadLetter, progress: bytes => progress(bytes, undefined) },
  );
  return run.ended(faults);
}

/** Milliseconds since 1970; records from `from` on that are older than `to`. */
export type Range = { readonly from: number; readonly to: number };

/** Evaluates both sets on what the topics of the configuration hold of a time range. Nothing is committed, no topic is made. Throws KAFKA, and CONFIG where a topic is missing. */
export const backtestTopics = (
  config: Config,
  { from, to }: Range,
  sets: Sets,
  enrich: Enrich | undefined,
  { deadLetter, progress }: BacktestSink,
  log: Logger,
): Promise<Backtest> =>
  withKafka(config, log, async kafka => {
    const run = begun(sets);
    const { topics, groupId } = config.kafka;
    const stretches = await stretchesBetween(
      kafka,
      topics.map(({ name }) => name),
      from,
      to,
    );
    const total = stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
    const settings = normalizeSettings(config.elasticsearch.namespace, Date.now, config.redact);
    const sink = { event: (event: Event) => run.judge(enrich?.(event) ?? event), deadLetter };
    const clusterOf = (topic: string) => topics.find(({ name }) => name === topic)?.cluster ?? config.cluster;
    let records = 0;
    await readStretches(kafka, `${groupId}-backtest`, stretches, async (message, topic, partition) => {
      normalize(recordOf(message, topic, partition, clusterOf(topic)), settings, sink);
      records += 1;
      if (records % 1_000 === 0) progress(records, total);
    });
    return run.ended([]);
  });

function begun({ current, candidates }: Sets) {
  const comparison = new Comparison(createEngine(current), createEngine(candidates));
  const started = performance.now();
  let events = 0;
  return {
    judge: (event: Event): void => {
      events += 1;
      if (event.judged) comparison.judge(event);
    },
    ended: (faults: readonly KeywardenError[]): Backtest => {
      const seconds = (performance.now() - started) / 1_000;
      return { rules: comparison.result(current, candidates), events, seconds, faults };
    },
  };
}
