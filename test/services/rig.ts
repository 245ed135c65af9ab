import { targets } from '../../src/deliver/elasticsearch/body.ts';
import { services } from './integration.ts';
import { configFile, keywarden } from './keywarden.ts';
import { uniqueName } from './names.ts';

/** Topics, group and indices of one test alone. */
export type Rig = {
  readonly audit: string;
  readonly etcd: string;
  readonly deadLetters: string;
  readonly signals: string;
  readonly state: string;
  readonly group: string;
  readonly indices: ReturnType<typeof targets>;
  /** A configuration file for it; Elasticsearch may be reached by another way, and its settings and all others be different. */
  readonly config: (address?: string, elasticsearch?: object, more?: object) => string;
};

/** Names everything anew and runs `keywarden setup`. With `logs` it reads the topics of another. */
export async function newRig(logs?: Pick<Rig, 'audit' | 'etcd'>): Promise<Rig> {
  const name = uniqueName('t');
  const { audit, etcd } = logs ?? { audit: `${name}-kubernetes-audit`, etcd: `${name}-etcd-audit` };
  const rig: Rig = {
    audit,
    etcd,
    deadLetters: `${name}-dead-letters`,
    signals: `${name}-signals`,
    state: `${name}-state`,
    group: `${name}-group`,
    indices: targets(name),
    config: (address = services.elasticsearch, elasticsearch = {}, more = {}) =>
      configFile({
        cluster: 'lab',
        kafka: {
          brokers: [services.kafka],
          groupId: `${name}-group`,
          topics: [{ name: audit }, { name: etcd }],
          deadLetterTopic: `${name}-dead-letters`,
          sessionTimeout: 6_000,
          create: { partitions: 3, replicationFactor: 1 },
        },
        signals: {
          topic: `${name}-signals`,
          stateTopic: `${name}-state`,
          partitions: 3,
          lateness: '2s',
          idleAfter: '5s',
        },
        elasticsearch: { nodes: [address], namespace: name, bulk: { linger: 100 }, ...elasticsearch },
        ...more,
      }),
  };
  const { code, stderr } = await keywarden(['setup', '--config', rig.config()]);
  if (code !== 0) throw new Error(`setup ended with ${code}: ${stderr}`);
  return rig;
}
