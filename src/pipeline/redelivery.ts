import { hash } from 'node:crypto';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Open } from '../ingest/identity.ts';
import { letterOf } from '../ingest/letter.ts';
import { JUDGED_BEFORE, type Place } from '../ingest/replayed.ts';
import type { FiledLetter } from '../model/deadletter.ts';
import type { Origin } from '../model/record.ts';

/** What a redelivery needs of the world around it. */
export type RedeliveryPorts = {
  /** Topics that records may be put back into: a letter that names another may be anybody's. */
  readonly topics: ReadonlySet<string>;
  readonly open: Open | undefined;
  /** Hands over the messages that are at these places now, each once. */
  readonly read: (
    places: readonly Place[],
    onMessage: (message: KafkaMessage, at: Place) => Promise<void>,
  ) => Promise<void>;
  /** Puts a record back; resolves with the reason where it is refused for good. */
  readonly put: (place: Place, value: Buffer | null, headers: IHeaders) => Promise<string | undefined>;
  readonly onFailure: (origin: Origin, reason: string) => void;
};

/** Records put back, from their sealed bytes or read again at their source, and those that could not be. */
export type RedeliveryCounts = { opened: number; reread: number; failed: number };

/** A record to put back. `sha256` undefined: no letter knows the hash of the record itself. */
type Pending = { readonly place: Place; readonly sha256: string | undefined; sealedAt: Place | undefined; why: string };

/** Puts the records of the letters back into their topics, each once however many letters it has. */
export async function redeliver(letters: readonly FiledLetter[], ports: RedeliveryPorts): Promise<RedeliveryCounts> {
  const counts: RedeliveryCounts = { opened: 0, reread: 0, failed: 0 };
  const fail = (origin: Origin, reason: string): void => {
    counts.failed += 1;
    ports.onFailure(origin, reason);
  };
  const pending = pendingOf(letters, ports.topics, fail);
  await putOpened(pending, ports, counts, fail);
  await putRead(pending, ports, counts, fail);
  for (const { place, why } of pending.values()) fail(place, `no longer in the topic${why}`);
  return counts;
}

type Fail = (origin: Origin, reason: string) => void;

const keyOf = ({ topic, partition, offset }: Place): string => `${topic}/${partition}@${offset}`;

/** The hash belongs to it: another record may claim the same place, and must not stand for this one. */
const keyOfRecord = ({ place, sha256 }: Pick<Pending, 'place' | 'sha256'>): string => `${keyOf(place)} ${sha256}`;

function pendingOf(letters: readonly FiledLetter[], topics: ReadonlySet<string>, fail: Fail): Map<string, Pending> {
  const pending = new Map<string, Pending>();
  for (const { letter, place: filed, sealed } of letters) {
    const { origin, stage } = letter;
    if ('file' in origin) fail(origin, 'came from a file, not from Kafka');
    else if (!topics.has(origin.topic)) fail(origin, 'its topic is none of kafka.topics');
    else {
      const { topic, partition, offset } = origin;
      const place = { topic, partition, offset };
      // A document that Elasticsearch refused is not its record, neither the hash nor the sealed bytes.
      const sha256 = stage === 'deliver' ? undefined : letter.sha256;
      const key = keyOfRecord({ place, sha256 });
      const record = pending.get(key) ?? { place, sha256, sealedAt: undefined, why: '' };
      pending.set(key, record);
      if (sealed && sha256 !== undefined && 'topic' in filed) record.sealedAt ??= filed;
    }
  }
  return pending;
}

async function putOpened(
  pending: Map<string, Pending>,
  { open, read, put }: RedeliveryPorts,
  counts: RedeliveryCounts,
  fail: Fail,
): Promise<void> {
  const byLetter = new Map<string, Pending>();
  for (const record of pending.values()) {
    if (record.sealedAt === undefined) continue;
    if (open === undefined) record.why = '; its bytes are sealed, --identity opens them';
    else byLetter.set(keyOf(record.sealedAt), record);
  }
  if (open === undefined) return;
  await read(
    [...byLetter.values()].flatMap(({ sealedAt }) => sealedAt ?? []),
    async (message, at) => {
      const record = byLetter.get(keyOf(at));
      if (record === undefined) return;
      const bytes = await opened(message, record, open);
      if (bytes === undefined) return;
      pending.delete(keyOfRecord(record));
      const refusal = await put(record.place, bytes, {});
      if (refusal === undefined) counts.opened += 1;
      else fail(record.place, refusal);
    },
  );
}

/** The record's bytes; undefined where they do not open or are others, and the source has to be asked. */
async function opened(message: KafkaMessage, record: Pending, open: Open): Promise<Buffer | undefined> {
  try {
    const bytes = await open(letterOf(message.value?.toString() ?? '')?.sealed ?? '');
    if (hash('sha256', bytes, 'hex') === record.sha256) return bytes;
    record.why = '; its sealed bytes have another hash than the letter says';
  } catch {
    record.why = '; its sealed bytes do not open with this identity';
  }
  return undefined;
}

async function putRead(
  pending: Map<string, Pending>,
  { read, put }: RedeliveryPorts,
  counts: RedeliveryCounts,
  fail: Fail,
): Promise<void> {
  const byPlace = Map.groupBy(pending.values(), ({ place }) => keyOf(place));
  await read(
    [...byPlace.values()].flatMap(([first]) => first?.place ?? []),
    async ({ value, headers }, at) => {
      const there = hash('sha256', value ?? '', 'hex');
      let isMeant = false;
      for (const record of byPlace.get(keyOf(at)) ?? []) {
        pending.delete(keyOfRecord(record));
        if (record.sha256 === undefined || record.sha256 === there) isMeant = true;
        else fail(at, `another record is there: the hash differs${record.why}`);
      }
      if (!isMeant) return;
      const isRefused = byPlace.get(keyOf(at))?.every(({ sha256 }) => sha256 === undefined) === true;
      const refusal = await put(at, value, { ...headers, ...(isRefused ? JUDGED_BEFORE : {}) });
      if (refusal === undefined) counts.reread += 1;
      else fail(at, refusal);
    },
  );
}
