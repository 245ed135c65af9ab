import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import { atMost, backoff, wait } from '../backoff.ts';
import { connectEtcd, type Etcd, type EtcdTls } from '../collect/client.ts';
import { Collector } from '../collect/collector.ts';
import { watchMember } from '../collect/watching.ts';
import type { CollectorConfig } from '../config/schema.ts';
import { readBytes, secret } from '../config/secrets.ts';
import { RevisionWriter } from '../deliver/kafka/revisions.ts';
import { KeywardenError, messageOf } from '../errors.ts';
import { kafkaLogCreator } from '../telemetry/log.ts';
import { findPlace } from './collector-place.ts';
import { kafkaConnection } from './connections.ts';
import { untilConnected, waitingFor } from './ready.ts';

/** How long what was read may take to reach Kafka after a stop, and the connections to close; what does not is told by whoever goes on. */
const FLUSH_MS = 5_000;
const DISCONNECT_MS = 2_000;
const REPORT_MS = 60_000;
/** Between two looks whether Kafka has taken what waits. */
const FULL_MS = 50;

/**
 * Watches an etcd and writes its revisions to Kafka until `stop` is aborted, then sends what was read and resolves. Waits for
 * etcd and Kafka for as long as it takes; only what every endpoint refuses at the start ends it, as CONFIG.
 */
export async function collectFromEtcd(config: CollectorConfig, log: Logger, stop: AbortSignal): Promise<void> {
  const { collector: settings, cluster } = config;
  const hashKey = hashKeyOf(settings);
  if (hashKey === undefined) log.warn('collector.hashKeyFile names no key: values get no hash');
  const kafka = new Kafka({ ...kafkaConnection(config), logCreator: kafkaLogCreator(log) });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const giveUp = new AbortController();
  try {
    await untilConnected(producer, log, stop);
    const { place, position } = await findPlace(kafka, config, log, stop);
    log.info({ ...place, ...position }, position === undefined ? 'nothing was told before' : 'going on');
    const writer = new RevisionWriter(producer, place, waitingFor('Kafka', log), giveUp.signal);
    const collector = new Collector({ cluster, hashKey }, position, writer, log, Date.now);
    const report = setInterval(
      () => log.info({ ...collector.counts, next: collector.next, sent: writer.sent }, 'collecting'),
      REPORT_MS,
    );
    try {
      await collectUntilStop({ settings, collector, writer, log, stop });
    } finally {
      clearInterval(report);
      const left = writer.flush().catch(() => {});
      await atMost(left, FLUSH_MS);
      log.info({ ...collector.counts, next: collector.next, sent: writer.sent }, 'stopped');
    }
  } catch (error) {
    if (!stop.aborted) throw error;
    if (error !== stop.reason) log.warn({ reason: messageOf(error) }, 'stopped in the middle');
  } finally {
    giveUp.abort(new Error('stopped'));
    await atMost(producer.disconnect(), DISCONNECT_MS);
  }
}

type Collecting = {
  readonly settings: CollectorConfig['collector'];
  readonly collector: Collector;
  readonly writer: RevisionWriter;
  readonly log: Logger;
  readonly stop: AbortSignal;
};

/** Goes from endpoint to endpoint, longer and longer apart while none answers. */
async function collectUntilStop({ settings, collector, writer, log, stop }: Collecting): Promise<void> {
  const { endpoints, prefix, progressEvery } = settings;
  const room = async (): Promise<void> => {
    while (writer.full && !stop.aborted) await sleep(FULL_MS);
  };
  const refused = new Set<string>();
  let answered = false;
  for (let attempt = 0, i = 0; !stop.aborted; i += 1) {
    const endpoint = endpoints[i % endpoints.length] ?? '';
    const onReady = (): void => {
      answered = true;
      attempt = 0;
      log.info({ endpoint, next: collector.next }, 'watching');
    };
    let etcd: Etcd | undefined;
    try {
      // Read each time, so that a renewed certificate needs no restart.
      etcd = connectEtcd(endpoint, tlsOf(settings), prefix, stop);
      await watchMember(etcd, collector, { prefix, progressEvery, room, now: Date.now, onReady }, stop);
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof KeywardenError)) throw error;
      if (error.code === 'CONFIG') refused.add(endpoint);
      if (!answered && refused.size === new Set(endpoints).size) throw error;
      const ms = backoff(attempt);
      attempt += 1;
      const level = error.code === 'CONFIG' ? 'error' : 'warn';
      log[level]({ reason: error.message, ms: Math.round(ms) }, 'waiting for etcd');
      await wait(ms, stop);
    } finally {
      etcd?.close();
    }
  }
}

/** What guesses at short values should have to try. */
const MIN_KEY_LENGTH = 16;

function hashKeyOf({ hashKey, hashKeyFile }: CollectorConfig['collector']): string | undefined {
  const key = secret(hashKey, hashKeyFile, 'collector.hashKey');
  if (key === undefined || key.length >= MIN_KEY_LENGTH) return key;
  throw new KeywardenError(
    'CONFIG',
    `collector.hashKeyFile: the key is too short, allowed: ${MIN_KEY_LENGTH} characters or more`,
  );
}

function tlsOf({ tls }: CollectorConfig['collector']): EtcdTls {
  const { caFile, certFile, keyFile, verify = true } = tls ?? {};
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new KeywardenError('CONFIG', 'collector.tls: certFile and keyFile belong together; give both');
  }
  const pem = (file: string | undefined, name: string): Buffer | null =>
    file === undefined ? null : readBytes(file, `collector.tls.${name}`);
  return { ca: pem(caFile, 'caFile'), cert: pem(certFile, 'certFile'), key: pem(keyFile, 'keyFile'), verify };
}
