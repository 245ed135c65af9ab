import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type SetupStep, setUpElasticsearch } from '../deliver/elasticsearch/setup.ts';
import { setUpTopics, type TopicPlan } from '../deliver/kafka/setup.ts';
import { durationMs } from '../model/duration.ts';
import { withElasticsearch, withKafka } from './connections.ts';

/** Prepares Kafka and Elasticsearch for `run`. Throws KAFKA or ELASTICSEARCH where one does not answer or refuses. */
export async function setUp(config: Config, log: Logger): Promise<readonly SetupStep[]> {
  return [...(await kafkaSteps(config, log)), ...(await elasticsearchSteps(config))];
}

const kafkaSteps = (config: Config, log: Logger): Promise<readonly SetupStep[]> =>
  withKafka(config, log, async kafka => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await setUpTopics(admin, plansOf(config));
    } finally {
      await admin.disconnect();
    }
  });

/** Room of a dead letter for each byte of its record: sealed in base64 these are 1.334, and its other fields are short. */
export const DEAD_LETTER_ROOM = 1.5;

function plansOf({ kafka, signals, collector }: Config): readonly TopicPlan[] {
  const plan = ({ name }: { readonly name: string }): TopicPlan => ({ name, ...kafka.create });
  const bytes = Math.ceil(kafka.create.maxMessageBytes * DEAD_LETTER_ROOM);
  const own = kafka.topics.some(({ name }) => name === collector?.topic) ? undefined : collector?.topic;
  const topics = own === undefined ? kafka.topics : [...kafka.topics, { name: own }];
  return [
    ...topics.map(plan),
    { ...plan({ name: kafka.deadLetterTopic }), maxMessageBytes: bytes },
    {
      ...plan({ name: signals.topic }),
      partitions: signals.partitions,
      settings: { 'retention.ms': String(durationMs(signals.retention)), 'message.timestamp.type': 'LogAppendTime' },
    },
    {
      ...plan({ name: signals.stateTopic }),
      partitions: signals.partitions,
      // Whoever gets a partition reads all of it: what was written over is not to stay for a week.
      settings: { 'cleanup.policy': 'compact', 'segment.ms': '600000', 'min.cleanable.dirty.ratio': '0.1' },
    },
  ];
}

const elasticsearchSteps = (config: Config): Promise<readonly SetupStep[]> =>
  withElasticsearch(config, client =>
    setUpElasticsearch(client, config.elasticsearch.namespace, config.elasticsearch.retention.events),
  );
