import { randomUUID } from 'node:crypto';
import { type Consumer, Kafka, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import { atMost, untilDone } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import { sendBulk } from '../deliver/elasticsearch/bulk.ts';
import { createClient } from '../deliver/elasticsearch/client.ts';
import { findIndexed, highestOffset } from '../deliver/elasticsearch/lookup.ts';
import { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import { sealFor } from '../deliver/kafka/seal.ts';
import { createEngine } from '../detect/engine.ts';
import { silenceOf } from '../detect/silence.ts';
import { KeywardenError, messageOf } from '../errors.ts';
import { Sieve } from '../filter/sieve.ts';
import { Gaps } from '../gaps/gaps.ts';
import { installCodecs } from '../ingest/codecs.ts';
import { durationMs } from '../model/duration.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { serveMetrics } from '../telemetry/endpoint.ts';
import { kafkaLogCreator } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { alertingOf } from './alerting-of.ts';
import { Commits } from './commits.ts';
import { elasticsearchConnection, kafkaConnection } from './connections.ts';
import { loadEnrichment } from './enrichment.ts';
import { hearingOf } from './hearing.ts';
import { countsOf, finish, type Household, keepHouse, totalsOf } from './housekeeping.ts';
import { judgementFiles, loadJudgement } from './judgement.ts';
import { HEARTBEAT_EVERY_MS, kafkaPositions, type Positions, type Reading, readBatch } from './reading.ts';
import { untilConnected, untilSetUp, waitingFor } from './ready.ts';
import { Reload, renewal } from './reload.ts';
import { sharedLinks } from './shared-links.ts';
import { Blindnesses } from './signals/blindness.ts';
import { evaluators } from './signals/evaluators.ts';
import { loadImports } from './signals/imports.ts';
import { Signalling, signalsGroup } from './signals/signalling.ts';
import { withSingles } from './signals/singles.ts';
import { checkSignalsTopics } from './signals/topic.ts';
import { Stages } from './stages.ts';
import { storyKeepingOf } from './story.ts';

/** How long the connections may take to close. */
const DISCONNECT_MS = 5_000;
/** Of all processes the one that has it keeps the stories. */
const STORIES_PARTITION = 0;

/**
 * Carries the audit topics into Elasticsearch until `stop` is aborted, then finishes what was read, commits and resolves.
 * Offsets are committed only after Elasticsearch or the dead-letter topic has acknowledged everything below them.
 * `asked` says whether somebody has asked since the last call to look at the rules now.
 */
export async function run(config: Config, log: Logger, stop: AbortSignal, asked = () => false): Promise<void> {
  const metrics = createMetrics();
  const ports = { read: () => judgementFiles(config), load: (now: Date) => loadJudgement(config, now) };
  const reload = new Reload(ports, metrics, log, new Date());
  const { rules, filters } = reload.inForce;
  // Undefined where no filter can come, so that nothing is asked of an event.
  const sieve = config.filters === undefined ? undefined : new Sieve(filters);
  const enrich = loadEnrichment(config.enrichment);
  const imports = await loadImports(config, rules.programs, log);
  installCodecs();
  const kafka = new Kafka({ ...kafkaConnection(config), logCreator: kafkaLogCreator(log) });
  const client = createClient(elasticsearchConnection(config));
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const consumer = consumerOf(kafka, config, config.kafka.groupId, stop);
  const signalsConsumer = consumerOf(kafka, config, signalsGroup(config), stop);
  const admin = kafka.admin();
  const giveUp = new AbortController();
  const ended = AbortSignal.any([stop, giveUp.signal]);
  const broken = Promise.withResolvers<never>();
  // It is raced below; before that there is nothing to deliver.
  broken.promise.catch(() => {});
  const { namespace, bulk } = config.elasticsearch;
  const indices = targets(namespace);
  const { listen } = config.metrics;
  const endpoint = listen === undefined ? undefined : await serveMetrics(metrics.registry, listen);
  try {
    await untilSetUp(client, namespace, log, stop);
    await untilConnected(producer, log, stop);
    await untilConnected(admin, log, stop);
    await checkSignalsTopics(admin, config.signals);
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
        onDefect: broken.reject,
      },
      giveUp.signal,
    );
    const clusterOf = (topic: string): string | undefined =>
      config.kafka.topics.find(({ name }) => name === topic)?.cluster ?? config.cluster;
    const gaps = new Gaps(config.gaps, namespace, clusterOf, Date.now);
    const settings = normalizeSettings(namespace, Date.now, config.redact);
    const around = { letters, log, onDefect: broken.reject };
    const alerting = alertingOf(config, reload.inForce, client, around, giveUp.signal);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => alerting.assigned(payload.memberAssignment));
    const suppressMs = durationMs(config.alerts.suppress);
    const signalling = new Signalling(config, withSingles(rules, suppressMs), {
      ...{ kafka, producer, admin, imports, log, stop: giveUp.signal },
      consumer: signalsConsumer,
      alerting: alertingOf(config, reload.inForce, client, around, giveUp.signal),
      evaluatorOf: evaluators(config.signals),
      blindnesses: new Blindnesses(config.signals.topic, namespace, event => stages.tell(event), log),
    });
    const { sending } = signalling;
    const extras = { enrich, sieve, gaps, sending };
    const stages = new Stages(settings, createEngine(rules.rules), writer, alerting, letters, extras);
    metrics.count(() => totalsOf(stages.counts, signalling));
    metrics.observe(() => signalling.counts);
    const isOurs = () => signalling.owns(STORIES_PARTITION);
    const stories = storyKeepingOf(config, client, sharedLinks(rules.lists, new Date()), isOurs, log);
    metrics.stories(stories.counts);
    const renew = renewal(reload, config.reloadEvery, asked, judgement => {
      stages.use(createEngine(judgement.rules.rules));
      sieve?.use(judgement.filters);
      alerting.silence(silenceOf(judgement.silences));
      signalling.alerting.silence(silenceOf(judgement.silences));
      signalling.use(withSingles(judgement.rules, suppressMs));
      stories.use(sharedLinks(judgement.rules.lists, new Date()));
    });
    const highest = (topic: string, partition: number) =>
      highestOffset(client, indices, topic, partition, giveUp.signal);
    const positions: Positions = {
      delivered: (topic, partition) =>
        untilDone(() => highest(topic, partition), waitingFor('Elasticsearch', log), giveUp.signal),
      indexed: ids =>
        untilDone(
          () => findIndexed(client, indices, ids, giveUp.signal),
          waitingFor('Elasticsearch', log),
          giveUp.signal,
        ),
      ...kafkaPositions(admin, config.kafka.groupId, waitingFor('Kafka', log), giveUp.signal),
    };
    const { deaf } = hearingOf(consumer, admin, gaps, log);
    const context = { namespace, instance: randomUUID() };
    const commits = new Commits(consumer, log);
    const house: Household = {
      ...{ stages, writer, alerting, letters, commits, signalling, stories, gaps, deaf, sieve, context, renew, log },
    };
    await consume({
      ...house,
      config,
      signalsConsumer,
      consumer,
      positions,
      clusterOf,
      stop,
      ended,
      broken: broken.promise,
    });
    log.info(countsOf(house), 'stopped');
  } catch (error) {
    if (!stop.aborted) throw readable(error, config);
    // A stop while nothing was read yet is a stop like any other.
    if (error !== stop.reason && !isAbort(error)) log.warn({ reason: messageOf(error) }, 'stopped in the middle');
  } finally {
    giveUp.abort(new Error('stopped'));
    const clients = [
      consumer.disconnect(),
      signalsConsumer.disconnect(),
      producer.disconnect(),
      admin.disconnect(),
      client.close(),
      endpoint?.close(),
    ];
    await atMost(Promise.allSettled(clients), DISCONNECT_MS);
  }
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

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const consumerOf = (
  kafka: Kafka,
  { kafka: { sessionTimeout } }: Config,
  groupId: string,
  stop: AbortSignal,
): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout,
    heartbeatInterval: HEARTBEAT_EVERY_MS,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
    // A consumer that crashes while we stop would begin anew after it was disconnected.
    retry: { restartOnFailure: async () => !stop.aborted },
  });

type Flow = Household &
  Omit<Reading, keyof Household> & {
    readonly config: Config;
    readonly consumer: Consumer;
    readonly signalsConsumer: Consumer;
    /** The stop, or that we gave up. */
    readonly ended: AbortSignal;
    /** Rejects where delivering failed for a reason that no other try mends. */
    readonly broken: Promise<never>;
  };

async function consume(flow: Flow): Promise<void> {
  const { consumer, signalsConsumer, signalling, commits, log, ended, broken } = flow;
  const { topics, fromBeginning, partitionsConcurrently, groupId } = flow.config.kafka;
  const names = topics.map(({ name }) => name);
  const crash = Promise.race([crashOf(consumer), crashOf(signalsConsumer)]);
  await consumer.connect();
  await consumer.subscribe({ topics: names, fromBeginning });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitionsConcurrently,
    eachBatch: batch => readBatch(batch, flow),
  });
  await signalling.start(commits);
  log.info({ topics: names, group: groupId }, 'reading');
  if (durationMs(flow.config.alerts.story) > 0) flow.stories.keep(ended);
  await Promise.race([keepHouse(flow, ended), crash, broken]);
  pause(consumer, names);
  pause(signalsConsumer, [flow.config.signals.topic]);
  await finish(flow);
}

/** While kafkajs restarts the consumer there is nothing to pause. */
function pause(consumer: Consumer, topics: readonly string[]): void {
  try {
    consumer.pause(topics.map(topic => ({ topic })));
  } catch {
    // It will not read on either: `restartOnFailure` says so.
  }
}

/** Rejects when kafkajs gives up for good; what it can mend by itself it restarts. */
const crashOf = (consumer: Consumer): Promise<never> =>
  new Promise((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(new KeywardenError('KAFKA', error.message, { cause: error }));
    });
  });
