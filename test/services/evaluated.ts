import { Kafka, logLevel } from 'kafkajs';
import { readStretches, wholeTopic } from '../../src/ingest/topic.ts';
import type { Alert } from '../../src/model/alert.ts';
import { readSignalRecord } from '../../src/model/signal-record.ts';
import { readKept } from '../../src/pipeline/signals/baselines.ts';
import { type Horizon, NO_HORIZON, readHorizon, toldOf } from '../../src/pipeline/signals/horizon.ts';
import { documents } from './index.ts';
import { services } from './integration.ts';
import { eventually, type Running } from './keywarden.ts';
import type { Rig } from './rig.ts';

/** What is committed of each partition of the signals topic: how far what is found is told. */
async function horizons({ group, signals }: Rig): Promise<ReadonlyMap<number, Horizon>> {
  const admin = new Kafka({ brokers: [services.kafka], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [committed] = await admin.fetchOffsets({ groupId: `${group}.signals`, topics: [signals] });
    return new Map(committed?.partitions.map(({ partition, metadata }) => [partition, readHorizon(metadata)]));
  } finally {
    await admin.disconnect();
  }
}

/** How far what is found is told in every partition of the signals topic, in milliseconds since 1970. */
export async function toldUpTo(rig: Rig, cluster = 'lab'): Promise<number> {
  const told = [...(await horizons(rig)).values()].map(horizon => toldOf(horizon, cluster).upTo);
  return Math.min(...told, Number.POSITIVE_INFINITY);
}

/** The last match of a partition of the signals topic that is an alert by itself: where it stands, and its times by cluster. */
type Last = { readonly offset: number; readonly clusters: Map<string, number> };

/** Waits until every match that is an alert by itself and is in the signals topic now is told. */
export async function allTold(rig: Rig, { log }: Pick<Running, 'log'>, timeoutMs?: number): Promise<void> {
  const kafka = new Kafka({ brokers: [services.kafka], logLevel: logLevel.NOTHING });
  const lasts = await lastMatches(kafka, rig);
  const isPassed = async (): Promise<boolean> => {
    const told = await horizons(rig);
    return [...lasts].every(([partition, { clusters }]) =>
      [...clusters].every(([cluster, at]) => toldOf(told.get(partition) ?? NO_HORIZON, cluster).upTo > at),
    );
  };
  // Those that came late too.
  const areTaken = async (): Promise<boolean> => {
    const kept = await readKept(kafka, rig.state, `${rig.group}.signals`, [...lasts.keys()]);
    return [...lasts].every(([partition, { offset }]) => (kept.get(partition)?.singles?.next ?? 0) > offset);
  };
  await eventually(isPassed, log, timeoutMs);
  await eventually(areTaken, log, timeoutMs);
}

async function lastMatches(kafka: Kafka, { signals }: Rig): Promise<ReadonlyMap<number, Last>> {
  const lasts = new Map<number, Last>();
  await readStretches(kafka, 'reader', await wholeTopic(kafka, signals), async (message, _topic, partition) => {
    const record = readSignalRecord(message.value);
    if (record.kind !== 'signal' || record.signal.read === undefined) return;
    const { cluster, at } = record.signal;
    const { clusters } = lasts.get(partition) ?? { clusters: new Map<string, number>() };
    clusters.set(cluster, Math.max(at, clusters.get(cluster) ?? at));
    lasts.set(partition, { offset: Number(message.offset), clusters });
  });
  return lasts;
}

/** Waits until all that was before that moment is evaluated and told. */
export const evaluated = (rig: Rig, ms: number, { log }: Pick<Running, 'log'>, timeoutMs?: number): Promise<void> =>
  eventually(async () => (await toldUpTo(rig)) > ms, log, timeoutMs);

export type Told = { readonly rule: Alert['rule']; readonly event: object; readonly alert: object };

/** All alerts, but for what says when and by way of which topic they were written; in the order of their ids. */
export async function alertsIn({ indices }: Rig): Promise<readonly Told[]> {
  const alerts = (await documents<Alert>(indices.alerts)).map(({ _source }) => _source);
  return alerts
    .toSorted((a, b) => (a.event.id < b.event.id ? -1 : 1))
    .map(({ event: { ingested: _ingested, ...event }, keywarden: { alert }, ...rest }) => ({
      ...rest,
      event,
      alert: { ...alert, story: undefined, counted: alert.counted?.map(({ topic: _topic, ...part }) => part) },
    }));
}
