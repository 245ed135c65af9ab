import type { EcsDocument } from '../model/event.ts';
import { EtcdStreams } from './etcd/streams.ts';
import { parsePath, type RedactionPath } from './redact/paths.ts';

/** What normalising needs to know besides the record; one for each run, since it remembers etcd's earlier lines. */
export type Settings = {
  readonly kubernetesStream: EcsDocument['data_stream'];
  readonly etcdStream: EcsDocument['data_stream'];
  /** Milliseconds since 1970; stands in for the time of an event that has none. */
  readonly now: () => number;
  readonly etcdStreams: EtcdStreams;
  /** What is cut besides what always is. */
  readonly redact: readonly RedactionPath[];
};

/** Settings for the data streams of one namespace, `keywarden` where nothing else is said. */
export const normalizeSettings = (namespace: string, now: () => number, redact: readonly string[] = []): Settings => ({
  kubernetesStream: { type: 'logs', dataset: 'kubernetes.audit_logs', namespace },
  etcdStream: { type: 'logs', dataset: 'etcd.audit_logs', namespace },
  now,
  etcdStreams: new EtcdStreams(),
  redact: redact.map(parsePath),
});
