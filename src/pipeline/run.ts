import { randomUUID } from 'node:crypto';
import { type Consumer, type EachBatchPayload, Kafka, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import { untilDone, wait } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import { sendBulk } from '../deliver/elasticsearch/bulk.ts';
import { createClient } from '../deliver/elasticsearch/client.ts';
import { findIndexed, highestOffset } from '../deliver/elasticsearch/lookup.ts';
import { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import { sealFor } from '../deliver/kafka/seal.ts';
import { createEngine } from '../detect/engine.ts';
import { KeywardenError } from '../errors.ts';
import { Sieve, type SummaryContext } from '../filter/sieve.ts';
import { installCodecs } from '../ingest/codecs.ts';
import { recordOf, waitWithHeartbeat } from '../ingest/kafka.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { kafkaLogCreator } from '../telemetry/log.ts';
import { Commits } from './commits.ts';
import { elasticsearchConnection, kafkaConnection } from './connections.ts';
import { loadEnrichment } from './enrichment.ts';
import { loadFilters } from './filters.ts';
import type { Progress } from './progress.ts';
import { untilConnected, untilSetUp, waitingFor } from './ready.ts';
import type { RuleSet } from './rules.ts';
import { Stages } from './stages.ts';

const COMMIT_EVERY_MS = 1_000;
const HEARTBEAT_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 60_000;
/** How long a stop may take to finish what was read; Kubernetes kills after 30 s. */
const GRACE_MS = 20_000;

/**
 * Carries the audit topics into Elasticsearch until `stop` is aborted, then finishes what was read, commits and resolves.
 * Offsets are committed only after Elasticsearch or the dead-letter topic has acknowledged everything below them.
 */
export async function run(config: Config, { rules, lists }: RuleSet, log: Logger, stop: AbortSignal): Promise<void> {
  const sieve = sieveOf(config, lists, log);
  const enrich = loadEnrichment(config.enrichment);
  installCodecs();
  const kafka = new Kafka({ ...kafkaConnection(config), logCreator: kafkaLogCreator(log) });
  const client = createClient(elasticsearchConnection(config));
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const consumer = consumerOf(kafka, config);
  const giveUp = new AbortController();
  const { namespace, bulk } = config.elasticsearch;
  const indices = targets(namespace);
  try {
    await untilSetUp(client, namespace, log, stop);
    await untilConnected(producer, log, stop);
    const letters = new DeadLetterWriter(
      producer,
      config.kafka.deadLetterTopic,
      sealFor(config.deadLetters.recipients),
      waitingFor('Kafka', log),
      giveUp.signal,
    );
    const writer = new ElasticsearchWriter(
      { targets: indices, bodyBytes: bulk.bytes, bodiesInFlight: bulk.inFlight, lingerMs: bulk.linger },
      {
        send: (body, signal) => sendBulk(client, body, signal),
        deadLetter: (letter, document) => letters.send(letter, document),
        findIndexed: (ids, signal) => findIndexed(client, indices, ids, signal),
        onWait: waitingFor('Elasticsearch', log),
      },
      giveUp.signal,
    );
    const stages = new Stages(
      normalizeSettings(namespace, Date.now, config.redact),
      createEngine(rules),
      writer,
      letters,
      {
        enrich,
        sieve,
      },
    );
    const delivered: Delivered = (topic, partition) =>
      untilDone(
        () => highestOffset(client, indices, topic, partition, giveUp.signal),
        waitingFor('Elasticsearch', log),
        giveUp.signal,
      );
    const context = { namespace, instance: randomUUID() };
    await consume({ config, consumer, stages, writer, letters, delivered, sieve, context, log, stop });
    log.info({ ...stages.counts, ...writer.counts, filters: sieve?.counts }, 'stopped');
  } catch (error) {
    // A stop while nothing was read yet is a stop like any other.
    if (!stop.aborted) throw readable(error, config);
  } finally {
    giveUp.abort(new Error('stopped'));
    await Promise.allSettled([consumer.disconnect(), producer.disconnect(), client.close()]);
  }
}

/** Undefined where no filter is configured, so that nothing is asked of an event. Throws FILTER. */
function sieveOf({ filters: paths = [] }: Config, lists: RuleSet['lists'], log: Logger): Sieve | undefined {
  const filters = loadFilters(paths, lists, new Date());
  if (filters.length === 0) return undefined;
  log.info({ filters: filters.map(({ name }) => name) }, 'filters in force');
  return new Sieve(filters);
}

/** What kafkajs gives up on at the start, a topic that is not there above all, is the user's to mend. */
function readable(error: unknown, { kafka: { topics } }: Config): unknown {
  // kafkajs exports its errors as types alone.
  if ((error as { readonly type?: unknown }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') return error;
  const names = topics.map(({ name }) => name).join(', ');
  return new KeywardenError('CONFIG', `Kafka lacks one of the topics ${names}; run "keywarden setup" once`, {
    cause: error,
  });
}

const consumerOf = (kafka: Kafka, { kafka: { groupId, sessionTimeout } }: Config): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout,
    heartbeatInterval: HEARTBEAT_EVERY_MS,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
  });

/** The highest offset of a partition that is in the index. */
type Delivered = (topic: string, partition: number) => Promise<number>;

type Flow = {
  readonly config: Config;
  readonly consumer: Consumer;
  readonly stages: Stages;
  readonly writer: ElasticsearchWriter;
  readonly letters: DeadLetterWriter;
  readonly delivered: Delivered;
  readonly sieve: Sieve | undefined;
  readonly context: SummaryContext;
  readonly log: Logger;
  readonly stop: AbortSignal;
};

async function consume(flow: Flow): Promise<void> {
  const { consumer, log, stop } = flow;
  const { topics, fromBeginning, partitionsConcurrently } = flow.config.kafka;
  const commits = new Commits(consumer, log);
  const crash = crashOf(consumer);
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map(({ name }) => name), fromBeginning });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitionsConcurrently,
    eachBatch: batch => readBatch(batch, flow, commits),
  });
  log.info({ topics: topics.map(({ name }) => name), group: flow.config.kafka.groupId }, 'reading');
  await Promise.race([housekeeping(flow, commits), crash]);
  consumer.pause(topics.map(({ name }) => ({ topic: name })));
  await finish(flow);
  await commits.commit();
  log.debug({ aborted: stop.aborted }, 'committed');
}

async function readBatch(payload: EachBatchPayload, flow: Flow, commits: Commits): Promise<void> {
  const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload;
  const { stages, writer, letters, stop } = flow;
  const { topic, partition, messages } = batch;
  const progress = commits.progressOf(topic, partition);
  const cluster = flow.config.kafka.topics.find(({ name }) => name === topic)?.cluster ?? flow.config.cluster;
  const isFull = (): boolean => (writer.full || letters.full) && !stop.aborted;
  const room = (): Promise<void> => (letters.full ? letters.room() : writer.room());
  if (!progress.sure) await lookUp(payload, flow, progress);
  for (const message of messages) {
    if (isFull()) await waitWithHeartbeat(isFull, room, heartbeat, HEARTBEAT_EVERY_MS);
    if (stop.aborted || !isRunning() || isStale()) return;
    const record = recordOf(message, topic, partition, cluster);
    const offset = Number(message.offset);
    stages.process(record, progress, offset);
    progress.read(offset);
  }
  resolveOffset(batch.lastOffset());
  await heartbeat();
}

/**
 * Finds how far the partition was delivered before it became ours: from there on nothing can be in the index already.
 * What is on its way is delivered first, since it may be of this partition too.
 */
async function lookUp(payload: EachBatchPayload, { writer, delivered, stop }: Flow, progress: Progress): Promise<void> {
  const { topic, partition } = payload.batch;
  // A replay header can name any offset; what is not in the log yet cannot have been delivered.
  const last = Number(payload.batch.highWatermark) - 1;
  const found = writer.flush().then(async () => progress.found(Math.min(await delivered(topic, partition), last)));
  // The stop gives up what is not settled; here it only ends the waiting.
  found.catch(() => {});
  const unsure = (): boolean => !progress.sure && !stop.aborted;
  await waitWithHeartbeat(unsure, () => found, payload.heartbeat, HEARTBEAT_EVERY_MS);
}

/** Commits and reports at their times, until the stop. */
async function housekeeping(flow: Flow, commits: Commits): Promise<void> {
  const { stages, writer, sieve, log, stop } = flow;
  let reported = Date.now();
  while (!stop.aborted) {
    await wait(COMMIT_EVERY_MS, stop).catch(() => {});
    await commits.commit();
    if (Date.now() - reported < REPORT_EVERY_MS) continue;
    reported = Date.now();
    log.info({ ...stages.counts, ...writer.counts, filters: sieve?.counts, rss: process.memoryUsage.rss() }, 'so far');
    // While Elasticsearch is away they would pile up; the counts go on, and are told later.
    if (!writer.full) tellFiltered(flow);
  }
}

function tellFiltered({ sieve, writer, context }: Flow): void {
  for (const summary of sieve?.summaries(context) ?? []) writer.addSummary(summary);
}

async function finish(flow: Flow): Promise<void> {
  const { writer, letters, log } = flow;
  tellFiltered(flow);
  const inTime = AbortSignal.timeout(GRACE_MS);
  const late = new Promise<'late'>(resolve => inTime.addEventListener('abort', () => resolve('late')));
  const flushed = writer.flush().then(() => letters.flush());
  if ((await Promise.race([flushed, late])) === 'late')
    log.warn('stopped before all was delivered; it will be read again');
}

/** Rejects when kafkajs gives up for good; what it can mend by itself it restarts. */
const crashOf = (consumer: Consumer): Promise<never> =>
  new Promise((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(new KeywardenError('KAFKA', error.message, { cause: error }));
    });
  });
