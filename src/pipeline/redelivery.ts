import { hash } from 'node:crypto';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Open } from '../ingest/identity.ts';
import { letterOf } from '../ingest/letter.ts';
import type { Place } from '../ingest/replayed.ts';
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
type Pending = { readonly place: Place; sha256: string | undefined; sealedAt: Place | undefined; why: string };

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

function pendingOf(letters: readonly FiledLetter[], topics: ReadonlySet<string>, fail: Fail): Map<string, Pending> {
  const pending = new Map<string, Pending>();
  for (const { letter, place, sealed } of letters) {
    const { origin, stage, sha256 } = letter;
    if ('file' in origin) fail(origin, 'came from a file, not from Kafka');
    else if (!topics.has(origin.topic)) fail(origin, 'its topic is none of kafka.topics');
    else {
      const { topic, partition, offset } = origin;
      const key = keyOf(origin);
      const record = pending.get(key) ?? {
        place: { topic, partition, offset },
        sha256: undefined,
        sealedAt: undefined,
        why: '',
      };
      pending.set(key, record);
      // A document that Elasticsearch refused is not its record, neither the hash nor the sealed bytes.
      if (stage === 'deliver') continue;
      record.sha256 ??= sha256;
      if (sealed && 'topic' in place) record.sealedAt ??= place;
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
      pending.delete(keyOf(record.place));
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
  await read(
    [...pending.values()].map(({ place }) => place),
    async ({ value, headers }, at) => {
      const record = pending.get(keyOf(at));
      if (record === undefined) return;
      pending.delete(keyOf(at));
      const { place, sha256 } = record;
      if (sha256 !== undefined && hash('sha256', value ?? '', 'hex') !== sha256) {
        fail(place, 'another record is there now: the hash differs');
        return;
      }
      const refusal = await put(place, value, headers ?? {});
      if (refusal === undefined) counts.reread += 1;
      else fail(place, refusal);
    },
  );
}
