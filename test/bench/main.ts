import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { targets } from '../../src/deliver/elasticsearch/body.ts';
import setup from '../services/global-setup.ts';
import teardown from '../services/global-teardown.ts';
import { configFile, keywarden } from '../services/keywarden.ts';
import { uniqueName } from '../services/names.ts';
import { discard } from './discard.ts';
import { auditLines } from './lines.ts';
import { measureRules } from './rules/measure.ts';

/**
 * Prints ratios, each of two measurements of this one run, since the machines that run it are noisy: what an event costs by
 * 1,000 rules over what it costs by 20; the CPU of the whole pipeline over that of JSON.parse alone on the same bytes; and
 * the events a second of `run` into Elasticsearch over those of plain bulk loading of the same documents. With the argument
 * `rules` only the first, which needs no services. docs/performance.md says what each means.
 */
const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 200_000);
const PARTITIONS = 3;
const BATCH = 500;

rules();
if (process.argv[2] !== 'rules') await pipeline();

function rules(): void {
  const { load, costs } = measureRules();
  say(`1,000 rules: ${seconds(load.first)} s of CPU to load at first, ${seconds(load.again)} s again`);
  for (const { log, events, few, many, ratio } of costs) {
    say(`${log}: ${few.toFixed(2)} µs of CPU an event by 20 rules, ${many.toFixed(2)} by 1,000 (${events} events)`);
    say(`CPU of 1,000 rules over 20 rules on ${log}: ${ratio.toFixed(2)}`);
  }
}

async function pipeline(): Promise<void> {
  await setup();
  try {
    const topic = uniqueName('bench');
    say(`putting ${EVENTS} audit events into Kafka`);
    await fill(topic);
    await cpuRatio(topic);
    await loadRatio(topic);
  } finally {
    await teardown();
  }
}

async function fill(topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: [broker()], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: PARTITIONS }] });
  let batch: { value: string; partition: number }[] = [];
  let n = 0;
  for (const value of auditLines(EVENTS)) {
    batch.push({ value, partition: Math.floor(n++ / BATCH) % PARTITIONS });
    if (batch.length < BATCH && n < EVENTS) continue;
    await producer.send({ topic, messages: batch });
    batch = [];
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
}

async function cpuRatio(topic: string): Promise<void> {
  const parse = await child('parse.ts', [String(EVENTS)]);
  const endpoint = await discard(EVENTS);
  const pipeline = await child('pipeline.ts', [config(topic, uniqueName('cpu'), endpoint.address)], endpoint.done);
  await endpoint.close();
  say(`JSON.parse alone: ${perEvent(parse.cpu)} µs of CPU an event`);
  say(`Kafka to bulk body: ${perEvent(pipeline.cpu)} µs of CPU an event`);
  say(`CPU of the pipeline over JSON.parse: ${(pipeline.cpu / parse.cpu).toFixed(2)}`);
}

async function loadRatio(topic: string): Promise<void> {
  const [plain, piped] = [uniqueName('plain'), uniqueName('piped')];
  const files = [config(topic, plain), config(topic, piped)] as const;
  for (const file of files) await keywarden(['setup', '--config', file]);
  const loaded = await timed(plain, child('load.ts', [String(EVENTS), plain]));
  const stop = Promise.withResolvers<void>();
  const running = child('pipeline.ts', [files[1]], stop.promise);
  const run = await timed(piped, running, stop.resolve);
  await running;
  say(`plain bulk loading: ${Math.round(EVENTS / loaded)} events/s`);
  say(`keywarden run: ${Math.round(EVENTS / run)} events/s`);
  say(`events/s of run over plain bulk loading: ${(loaded / run).toFixed(2)}`);
}

/** Seconds from the first document that Elasticsearch has indexed to the last. */
async function timed(namespace: string, work: Promise<unknown>, atEnd: () => void = () => {}): Promise<number> {
  let first: number | undefined;
  for (;;) {
    const indexed = await indexedIn(namespace);
    if (indexed > 0) first ??= Date.now();
    if (indexed >= EVENTS && first !== undefined) break;
    await Promise.race([work, new Promise(resolve => setTimeout(resolve, 100))]);
  }
  const seconds = (Date.now() - first) / 1_000;
  atEnd();
  return seconds;
}

async function indexedIn(namespace: string): Promise<number> {
  const answer = await fetch(`${process.env['ELASTICSEARCH_URL']}/${targets(namespace).kubernetes}/_stats/indexing`);
  if (!answer.ok) return 0;
  const stats = (await answer.json()) as { _all: { primaries: { indexing?: { index_total: number } } } };
  return stats._all.primaries.indexing?.index_total ?? 0;
}

/** Runs a script of this folder in a process of its own, so that only its work counts; `stop` asks it to end. */
async function child(script: string, args: readonly string[], stop?: Promise<void>): Promise<{ readonly cpu: number }> {
  const worker = fork(new URL(script, import.meta.url).pathname, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const message = once(worker, 'message');
  stop?.then(() => worker.kill('SIGTERM'));
  const failed = once(worker, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`${script} ended with ${code}`);
    return [{ cpu: 0 }];
  });
  const [result] = (await Promise.race([message, failed])) as [{ cpu: number }];
  return result;
}

function config(topic: string, name: string, elasticsearch = process.env['ELASTICSEARCH_URL']): string {
  return configFile({
    kafka: {
      brokers: [broker()],
      groupId: name,
      topics: [{ name: topic }],
      create: { partitions: PARTITIONS, replicationFactor: 1 },
    },
    elasticsearch: { nodes: [elasticsearch], namespace: name },
    log: { level: 'error' },
  });
}

function broker(): string {
  return process.env['KAFKA_BROKERS'] ?? '';
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(2);
}

function perEvent(microseconds: number): string {
  return (microseconds / EVENTS).toFixed(2);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
