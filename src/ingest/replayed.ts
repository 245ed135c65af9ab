import type { IHeaders } from 'kafkajs';
import type { Origin } from '../model/record.ts';

/** Headers of a record that was put back into its topic: where it stood first. */
const TOPIC = 'keywarden-origin-topic';
const PARTITION = 'keywarden-origin-partition';
const OFFSET = 'keywarden-origin-offset';

/** What a replay is for; `deliver`: the record was judged, and only a document of it was refused. */
const STAGE = 'keywarden-origin-stage';

/** A place in Kafka. */
export type Place = { readonly topic: string; readonly partition: number; readonly offset: number };

/** The headers that tell a replayed record's first place. */
export const originHeaders = ({ topic, partition, offset }: Place): Readonly<Record<string, string>> => ({
  [TOPIC]: topic,
  [PARTITION]: String(partition),
  [OFFSET]: String(offset),
});

/** The header of a record that was judged when it was read first. */
export const JUDGED_BEFORE: Readonly<Record<string, string>> = { [STAGE]: 'deliver' };

/** Whether a message was put back by a replay. */
export const isReplayed = (headers: IHeaders | undefined): boolean => headers?.[TOPIC] !== undefined;

/** Whether a replayed record was judged when it was read first, so that its alerts are there. */
export const wasJudged = (headers: IHeaders | undefined): boolean => {
  const stage = headers?.[STAGE];
  return stage !== undefined && isText(stage, 'deliver');
};

/**
 * The first place of a record that was replayed; undefined for any other. Whoever may write to the topic may write these
 * headers, so they count only where they name this very topic and whole numbers: nobody can speak for another topic.
 */
export function firstPlace(headers: IHeaders | undefined, topic: string): Origin | undefined {
  const named = headers?.[TOPIC];
  if (headers === undefined || named === undefined) return undefined;
  const partition = wholeNumber(headers[PARTITION], MAX_PARTITION);
  const offset = wholeNumber(headers[OFFSET], Number.MAX_SAFE_INTEGER);
  if (!isText(named, topic) || partition === undefined || offset === undefined) return undefined;
  return { topic, partition, offset };
}

/** Partitions are numbered in 32 bits. */
const MAX_PARTITION = 2 ** 31 - 1;
const DIGITS = /^\d{1,16}$/;

const isText = (value: IHeaders[string], text: string): boolean =>
  Buffer.isBuffer(value) && value.length === text.length && value.toString('latin1') === text;

function wholeNumber(value: IHeaders[string], most: number): number | undefined {
  if (!Buffer.isBuffer(value) || value.length > 16) return undefined;
  const text = value.toString('latin1');
  return DIGITS.test(text) && Number(text) <= most ? Number(text) : undefined;
}
