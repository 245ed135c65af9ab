import type { EcsDocument } from '../model/event.ts';
import { EtcdStreams } from './etcd/streams.ts';

/** The version of the Elastic Common Schema that the documents follow. */
export const ECS_VERSION = { version: '8.17.0' } as const;

/** What normalising needs to know besides the record; one for each run, since it remembers etcd's earlier lines. */
export type Settings = {
  readonly kubernetesStream: EcsDocument['data_stream'];
  readonly etcdStream: EcsDocument['data_stream'];
  /** Milliseconds since 1970; stands in for the time of an event that has none. */
  readonly now: () => number;
  readonly etcdStreams: EtcdStreams;
};

/** Settings for the data streams of one namespace, `keywarden` where nothing else is said. */
export const normalizeSettings = (namespace: string, now: () => number): Settings => ({
  kubernetesStream: { type: 'logs', dataset: 'kubernetes.audit_logs', namespace },
  etcdStream: { type: 'logs', dataset: 'etcd.audit_logs', namespace },
  now,
  etcdStreams: new EtcdStreams(),
});
