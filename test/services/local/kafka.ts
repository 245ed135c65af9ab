import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import type { Service } from '../service.ts';
import { cached } from './cache.ts';
import { serve } from './control.ts';
import { isInstalled, java, javaHome } from './java.ts';
import { freePort, run, say, start } from './process.ts';

const VERSION = '4.3.1';
const MIN_JAVA = 17;
const POM = join(import.meta.dirname, 'kafka.pom.xml');
const READY_MS = 60_000;
/** Sixteen bytes; a random one may begin with a dash, which the tool takes for an option. */
const CLUSTER_ID = Buffer.from('keywarden-broker').toString('base64url');

/** A broker and controller in one JVM, from Maven Central. Returns what is missing as text where it cannot be. */
export async function localKafka(): Promise<Service | string> {
  const home = javaHome(MIN_JAVA);
  if (home === undefined) return `Kafka needs Docker or Java ${MIN_JAVA}`;
  if (!isInstalled('mvn')) return 'Kafka needs Docker or Maven';
  const libs = await cached(`kafka-${VERSION}`, async folder => {
    say(`Kafka ${VERSION}: fetching from Maven Central, once`);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
    await run('mvn', ['-q', '-B', '-ntp', '-f', POM, ...goal]);
  });
  const data = mkdtempSync(join(tmpdir(), 'keywarden-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const properties = join(data, 'server.properties');
  writeFileSync(properties, settings(port, controller, join(data, 'log')));
  const options = [
    '-Xms128m',
    `-Xmx${process.env['KAFKA_HEAP'] ?? '384m'}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    `${libs}/*`,
  ];
  await run(java(home), [...options, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties]);
  const address = `127.0.0.1:${port}`;
  return serve({
    name: 'Kafka',
    address,
    launch: () => start(java(home), [...options, 'kafka.Kafka', properties], process.env),
    probe: () => probe(address),
    readyMs: READY_MS,
    cleanUp: () => rmSync(data, { recursive: true, force: true }),
  });
}

async function probe(broker: string): Promise<void> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}

const settings = (port: number, controller: number, logs: string): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${logs}
num.partitions=3
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
`;
