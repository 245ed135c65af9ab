import type { Subject } from '../model/event.ts';
import type { Rule } from '../sigma/rule.ts';

type Dataset = Subject['dataset'];

const DATASETS: Readonly<Record<string, Dataset>> = {
  kubernetes: 'kubernetes.audit_logs',
  etcd: 'etcd.audit_logs',
};

/** The data set that a rule speaks of; undefined for a log source that Keywarden does not read. */
export const datasetOf = ({ logsource }: Rule): Dataset | undefined =>
  logsource.product === undefined ? undefined : DATASETS[logsource.product.toLowerCase()];
