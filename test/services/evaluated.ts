import { Kafka, logLevel } from 'kafkajs';
import type { Alert } from '../../src/model/alert.ts';
import { readHorizon, toldOf } from '../../src/pipeline/signals/horizon.ts';
import { documents } from './index.ts';
import { services } from './integration.ts';
import { eventually, type Running } from './keywarden.ts';
import type { Rig } from './rig.ts';

/** How far what is found is told in every partition of the signals topic, in milliseconds since 1970. */
export async function toldUpTo({ group, signals }: Rig, cluster = 'lab'): Promise<number> {
  const admin = new Kafka({ brokers: [services.kafka], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [committed] = await admin.fetchOffsets({ groupId: `${group}.signals`, topics: [signals] });
    const told = committed?.partitions.map(({ metadata }) => toldOf(readHorizon(metadata), cluster).upTo) ?? [];
    return Math.min(...told, Number.POSITIVE_INFINITY);
  } finally {
    await admin.disconnect();
  }
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
      alert: { ...alert, counted: alert.counted?.map(({ topic: _topic, ...part }) => part) },
    }));
}
