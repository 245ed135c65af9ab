import type { Dataset } from '../model/event.ts';
import { speaksOf } from '../sigma/logsource.ts';
import type { Rule } from '../sigma/rule.ts';

type Logsource = Rule['logsource'];

/** The logs that Keywarden reads, as rules name them; SigmaHQ files audit logs under `application`. */
const LOGS: readonly (readonly [Dataset, Logsource])[] = [
  ['kubernetes.audit_logs', { category: 'application', product: 'kubernetes', service: 'audit' }],
  ['etcd.audit_logs', { category: 'application', product: 'etcd', service: 'server' }],
];

/** The data set that a rule speaks of; undefined for a log source that Keywarden does not read. */
export const datasetOf = ({ logsource }: { readonly logsource: Logsource }): Dataset | undefined =>
  LOGS.find(([, log]) => speaksOf(logsource, log))?.[0];

/** The log sources that Keywarden reads, for people. */
export const READ_LOGS = LOGS.map(([, { product, service }]) => `product: ${product}, service: ${service}`).join(
  ' and ',
);
