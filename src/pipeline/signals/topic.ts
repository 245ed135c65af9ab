import type { Admin } from 'kafkajs';
import type { Config } from '../../config/schema.ts';
import { KeywardenError } from '../../errors.ts';

/** Throws CONFIG where the topic is missing or has another number of partitions: then one case would be in two places. */
export async function checkSignalsTopic(
  admin: Pick<Admin, 'fetchTopicOffsets' | 'listTopics'>,
  { topic, partitions }: Config['signals'],
): Promise<void> {
  if (!(await admin.listTopics()).includes(topic)) {
    throw new KeywardenError('CONFIG', `Kafka lacks the topic ${topic} (signals.topic); run "keywarden setup" once`);
  }
  const found = (await admin.fetchTopicOffsets(topic)).length;
  if (found === partitions) return;
  throw new KeywardenError(
    'CONFIG',
    `signals.partitions: is ${partitions}, and ${topic} has ${found}; give all processes ${found}, or delete the topic, with what is in open windows, and run "keywarden setup"`,
  );
}
