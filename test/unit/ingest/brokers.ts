import type { Kafka } from 'kafkajs';

/** What a partition holds: offsets in order; gaps are what compaction or a transaction left. */
export type Held = Readonly<
  Record<string, { readonly low: number; readonly high: number; readonly offsets: readonly number[] }>
>;

type Run = { readonly eachBatch: (payload: unknown) => Promise<void> };
type Listener = (event: { readonly payload: object }) => void;

const BATCH = 3;

/** kafkajs as far as reading stretches needs it, over partitions `topic/0` that are held in memory; `fetched` are the offsets it gave out. */
export function brokersWith(held: Held) {
  const fetched: number[] = [];
  const kafka = {
    admin: () => ({
      connect: async () => {},
      disconnect: async () => {},
      listTopics: async () => Object.keys(held).map(key => key.split('/')[0]),
      fetchTopicOffsets: async (topic: string) =>
        Object.entries(held).flatMap(([key, { low, high }]) => {
          const [name, partition] = key.split('/');
          return name === topic ? [{ partition: Number(partition), low: String(low), high: String(high) }] : [];
        }),
    }),
    consumer: () => consumerOf(held, fetched),
  };
  return { kafka: kafka as unknown as Kafka, fetched };
}

function consumerOf(held: Held, fetched: number[]) {
  const listeners = new Map<string, Listener>();
  const at = new Map(Object.entries(held).map(([key, { low }]) => [key, low]));
  const paused = new Set<string>();
  let running = true;
  let loop = Promise.resolve();
  const fetchAll = async ({ eachBatch }: Run): Promise<void> => {
    while (running) {
      await new Promise(setImmediate);
      for (const [key, { offsets, high }] of Object.entries(held)) {
        const from = at.get(key) ?? 0;
        if (paused.has(key) || from >= high || !running) continue;
        const [topic, partition] = key.split('/');
        const found = offsets.filter(offset => offset >= from).slice(0, BATCH);
        const last = found.length < BATCH ? high - 1 : (found.at(-1) ?? high - 1);
        at.set(key, last + 1);
        fetched.push(...found);
        const messages = found.map(offset => ({ offset: String(offset), value: Buffer.from(String(offset)) }));
        const batch = { topic, partition: Number(partition), messages };
        if (found.length > 0) await eachBatch({ batch, heartbeat: async () => {} });
        const payload = { topic, partition: Number(partition), lastOffset: String(last) };
        listeners.get('end')?.({ payload });
      }
    }
  };
  return {
    events: { CRASH: 'crash', END_BATCH_PROCESS: 'end' },
    on: (event: string, listener: Listener) => listeners.set(event, listener),
    connect: async () => {},
    subscribe: async () => {},
    run: async (run: Run) => {
      loop = fetchAll(run);
    },
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
      at.set(`${topic}/${partition}`, Number(offset)),
    pause: ([{ topic, partitions }]: [{ topic: string; partitions: number[] }]) =>
      paused.add(`${topic}/${partitions[0]}`),
    disconnect: async () => {
      running = false;
      await loop;
    },
  };
}
