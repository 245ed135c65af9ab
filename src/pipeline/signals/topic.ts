import type { Admin } from 'kafkajs';
import type { Config } from '../../config/schema.ts';
import { KeywardenError } from '../../errors.ts';

/** Throws CONFIG where a topic is missing or has another number of partitions: then one case would be in two places. */
export async function checkSignalsTopics(
  admin: Pick<Admin, 'fetchTopicOffsets' | 'listTopics'>,
  { topic, stateTopic, partitions }: Config['signals'],
): Promise<void> {
  const known = new Set(await admin.listTopics());
  for (const name of [topic, stateTopic]) {
    if (!known.has(name)) throw unusable(`Kafka lacks the topic ${name}; run "keywarden setup" once`);
    const found = (await admin.fetchTopicOffsets(name)).length;
    if (found === partitions) continue;
    throw unusable(
      `signals.partitions: is ${partitions}, and ${name} has ${found}; give all processes ${found}, or delete ${topic} and ${stateTopic}, with all that is in open windows and was learnt, and run "keywarden setup"`,
    );
  }
}

const unusable = (detail: string): KeywardenError => new KeywardenError('CONFIG', detail);
