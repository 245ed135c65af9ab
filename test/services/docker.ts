import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import type { Launch } from './etcd/etcd.ts';
import { ETCD_VERSION } from './local/etcd.ts';
import { freePort } from './local/process.ts';
import type { Service } from './service.ts';

const KAFKA = 'apache/kafka:4.3.1';
const ELASTICSEARCH = 'docker.elastic.co/elasticsearch/elasticsearch';
const NEWEST = '9.4.3';
const ETCD = `quay.io/coreos/etcd:v${ETCD_VERSION}`;
const ANSWER_MS = 3_000;

/** Whether a container engine answers. */
export async function hasDocker(): Promise<boolean> {
  const late = new Promise<false>(resolve => setTimeout(resolve, ANSWER_MS, false).unref());
  const answers = getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
  return Promise.race([answers, late]);
}

export async function dockerKafka(): Promise<Service> {
  // Clients come back to the advertised address, so the port has to be known before the container is.
  const port = await freePort();
  const container = await new GenericContainer(KAFKA)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return serviceOf(container, `127.0.0.1:${port}`);
}

export async function dockerElasticsearch(version: string = NEWEST): Promise<Service> {
  const port = await freePort();
  const container = await new GenericContainer(`${ELASTICSEARCH}:${version}`)
    .withExposedPorts({ container: 9200, host: port })
    .withEnvironment({
      'discovery.type': 'single-node',
      'xpack.security.enabled': 'false',
      ES_JAVA_OPTS: '-Xms1g -Xmx1g',
    })
    .withWaitStrategy(Wait.forHttp('/_cluster/health', 9200).forStatusCode(200))
    .start();
  return serviceOf(container, `http://${container.getHost()}:${port}`);
}

/** An etcd in the host's network, whose files are where the host has them: tests change them between two starts. */
export const dockerEtcd =
  (folder: string): Launch =>
  async options => {
    const container = await new GenericContainer(ETCD)
      .withNetworkMode('host')
      .withBindMounts([{ source: folder, target: folder }])
      .withUser(`${process.getuid?.()}:${process.getgid?.()}`)
      .withCommand(['etcd', ...options])
      .withWaitStrategy(Wait.forLogMessage(/ready to serve client requests|serving client traffic/))
      .start();
    const { container: containers } = await getContainerRuntimeClient();
    return {
      stop: async () => void (await container.stop()),
      kill: async () => void (await containers.getById(container.getId()).kill()),
    };
  };

/** `halt` and `begin` keep the container, so its data and its port stay. */
async function serviceOf(container: StartedTestContainer, address: string): Promise<Service> {
  const { container: containers } = await getContainerRuntimeClient();
  const handle = containers.getById(container.getId());
  return {
    address,
    stop: async () => void (await container.stop()),
    halt: async () => void (await handle.stop()),
    begin: async () => void (await handle.start()),
    pause: async () => void (await handle.pause()),
    resume: async () => void (await handle.unpause()),
  };
}
