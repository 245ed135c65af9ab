import type { ICustomPartitioner, KafkaMessage, Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { isTooLarge } from '../deliver/kafka/toolarge.ts';
import { KeywardenError } from '../errors.ts';
import { openSource } from '../ingest/files.ts';
import type { Open } from '../ingest/identity.ts';
import { timeOf } from '../ingest/kafka.ts';
import { letterOf } from '../ingest/letter.ts';
import { originHeaders, type Place } from '../ingest/replayed.ts';
import { readStretches, wholeTopic } from '../ingest/topic.ts';
import type { DeadLetter, FiledLetter } from '../model/deadletter.ts';
import { withKafka } from './connections.ts';
import { type RedeliveryCounts, type RedeliveryPorts, redeliver } from './redelivery.ts';
import { Gathering, type Letters, type Selection } from './selection.ts';

/** The letters in the dead-letter topic up to the end that it has now. Throws CONFIG where it is missing, KAFKA. */
export const lettersInTopic = (config: Config, selection: Selection, log: Logger): Promise<Letters> =>
  withKafka(config, log, async kafka => {
    const gathering = new Gathering(selection);
    const stretches = await wholeTopic(kafka, config.kafka.deadLetterTopic);
    await readStretches(kafka, readerGroup(config), stretches, async (message, topic, partition) =>
      gathering.add(textOf(message), { topic, partition, offset: Number(message.offset) }, writtenAt(message)),
    );
    return gathering.found;
  });

/** The letters in a file: of `hunt --dead-letters`, or of a list. Throws FILE, and USAGE where none of its lines is one. */
export async function lettersInFile(path: string, selection: Selection): Promise<Letters> {
  const gathering = new Gathering(selection);
  let lines = 0;
  for await (const { number, bytes } of openSource({ path, name: path, size: undefined }).lines) {
    if (bytes?.length === 0) continue;
    lines += 1;
    gathering.add(bytes?.toString() ?? '', { file: path, line: number }, undefined);
  }
  const { found } = gathering;
  if (lines === 0 || found.foreign < lines) return found;
  throw new KeywardenError(
    'USAGE',
    `${path}: none of its lines is a dead letter, as "hunt --dead-letters" and "deadletters list --format jsonl" write them`,
  );
}

/** One letter of the dead-letter topic, with its sealed bytes. Throws USAGE where there is none. */
export const letterAt = (config: Config, place: Place, log: Logger): Promise<DeadLetter> =>
  withKafka(config, log, async kafka => {
    const where = `${place.topic}/${place.partition}@${place.offset}`;
    if (place.topic !== config.kafka.deadLetterTopic) {
      throw new KeywardenError('USAGE', `${where} is not in the dead-letter topic ${config.kafka.deadLetterTopic}`);
    }
    let letter: DeadLetter | undefined;
    await readStretches(kafka, readerGroup(config), [stretchOf(place)], async message => {
      letter = letterOf(textOf(message));
    });
    if (letter === undefined) throw new KeywardenError('USAGE', `there is no letter at ${where}`);
    return letter;
  });

/** What became of a replay's records is in the counts; `onFailure` names each that could not be put back. */
export type ReplayOrder = {
  readonly letters: readonly FiledLetter[];
  readonly open: Open | undefined;
  /** Does all but putting the records back. */
  readonly dryRun: boolean;
  readonly onFailure: RedeliveryPorts['onFailure'];
};

/** Puts the records of dead letters back into their topics, with headers that name their first places. Throws KAFKA. */
export const replayLetters = (
  config: Config,
  { letters, open, dryRun, onFailure }: ReplayOrder,
  log: Logger,
): Promise<RedeliveryCounts> =>
  withKafka(config, log, async kafka => {
    const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: samePartition });
    await producer.connect();
    try {
      return await redeliver(letters, {
        topics: new Set(config.kafka.topics.map(({ name }) => name)),
        open,
        read: (places, onMessage) =>
          readStretches(kafka, readerGroup(config), places.map(stretchOf), (message, topic, partition) =>
            onMessage(message, { topic, partition, offset: Number(message.offset) }),
          ),
        put: dryRun ? async () => undefined : putInto(producer),
        onFailure,
      });
    } finally {
      await producer.disconnect();
    }
  });

/** Where the record came from, since whoever reads that partition knows what was indexed of it; a topic made anew may have fewer. */
const samePartition: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) =>
    (message.partition ?? 0) % partitionMetadata.length;

const putInto =
  (producer: Producer): RedeliveryPorts['put'] =>
  async (place, value, headers) => {
    const message = { value, partition: place.partition, headers: { ...headers, ...originHeaders(place) } };
    try {
      await producer.send({ topic: place.topic, acks: -1, messages: [message] });
      return undefined;
    } catch (error) {
      if (isTooLarge(error)) return 'with its headers larger than its topic takes';
      throw error;
    }
  };

/** The stretch of one record. */
const stretchOf = ({ topic, partition, offset }: Place) => ({ topic, partition, from: offset, to: offset + 1 });

/** Consumer groups of readings that come and go, under one prefix for an access list. */
const readerGroup = ({ kafka }: Config): string => `${kafka.groupId}-deadletters`;

const textOf = ({ value }: KafkaMessage): string => value?.toString() ?? '';

const writtenAt = ({ timestamp }: KafkaMessage): string => new Date(timeOf(timestamp) ?? 0).toISOString();
