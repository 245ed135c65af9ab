import type { Admin } from 'kafkajs';
import { untilDone } from '../../backoff.ts';
import { KeywardenError, messageOf } from '../../errors.ts';

export type TopicPlan = {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly maxMessageBytes: number;
  /** Further settings of a topic that is created, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
};

export type TopicStep = { readonly name: string; readonly done: 'created' | 'updated' | 'unchanged' };

const MAX_BYTES = 'max.message.bytes';
/** ConfigResource type of a topic, and the source of a setting made on the topic itself (Kafka protocol, DescribeConfigs). */
const TOPIC = 2;
const SET_ON_TOPIC = 1;
/** How long brokers may take until they all know a new topic. */
const THERE_MS = 30_000;

/** Creates the topics that are not there and raises `max.message.bytes` where it is too small. A second run changes nothing. */
export async function setUpTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<readonly TopicStep[]> {
  const existing = new Set(await admin.listTopics());
  const steps: TopicStep[] = [];
  for (const plan of plans) {
    const done = existing.has(plan.name) ? await raise(admin, plan) : await create(admin, plan);
    steps.push({ name: `topic ${plan.name}`, done });
  }
  return steps;
}

async function create(admin: Admin, plan: TopicPlan): Promise<TopicStep['done']> {
  await admin.createTopics({
    // kafkajs would give up where a broker has not heard of the topic yet.
    waitForLeaders: false,
    topics: [
      {
        topic: plan.name,
        numPartitions: plan.partitions,
        replicationFactor: plan.replicationFactor,
        configEntries: Object.entries({ [MAX_BYTES]: String(plan.maxMessageBytes), ...plan.settings }).map(
          ([name, value]) => ({ name, value }),
        ),
      },
    ],
  });
  const isThere = async (): Promise<void> => void (await admin.fetchTopicMetadata({ topics: [plan.name] }));
  let reason: unknown;
  const onWait = (error: unknown): void => {
    reason = error;
  };
  try {
    await untilDone(isThere, onWait, AbortSignal.timeout(THERE_MS));
  } catch (error) {
    const why = messageOf(reason ?? error);
    const what = `the topic ${plan.name} was created, and after ${THERE_MS / 1_000} s brokers do not know it: ${why}`;
    throw new KeywardenError('KAFKA', what, { cause: error });
  }
  return 'created';
}

async function raise(admin: Admin, { name, maxMessageBytes }: TopicPlan): Promise<TopicStep['done']> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: TOPIC, name }] });
  const entries = resources[0]?.configEntries ?? [];
  if (Number(entries.find(({ configName }) => configName === MAX_BYTES)?.configValue) >= maxMessageBytes)
    return 'unchanged';
  // This call replaces all settings of the topic, so the operator's own are said again.
  const own = entries
    .filter(({ configSource, configName }) => configSource === SET_ON_TOPIC && configName !== MAX_BYTES)
    .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: TOPIC, name, configEntries: [...own, { name: MAX_BYTES, value: String(maxMessageBytes) }] }],
  });
  return 'updated';
}
