import { type Fields, isFields } from '../audit.ts';
import { clusterOf, type Inner, type Opener, openedList } from './envelope.ts';
import { millisOf } from './time.ts';

const CATEGORIES = ['kube-audit', 'kube-audit-admin'];
const CLUSTER = /\/managedclusters\/([^/]+)/i;

/**
 * Resource logs of AKS as a diagnostic setting sends them to Event Hubs: `records`, or one record by itself; the audit
 * event is text or an object in `properties.log`. Source: Microsoft, "Azure resource logs" and "AKS monitoring data reference".
 */
export const openAzure: Opener = value => {
  if (isRecord(value)) return { kind: 'azure', inner: [innerOf(value)] };
  const { records } = value;
  return Array.isArray(records) ? openedList('azure', 'records', records, innerOf) : undefined;
};

const isRecord = (value: Fields): boolean => typeof value['category'] === 'string' && isFields(value['properties']);

function innerOf(record: unknown): Inner {
  if (!isFields(record)) return { fault: 'a record that is no object' };
  const { category, properties, resourceId, time } = record;
  if (!CATEGORIES.includes(String(category).toLowerCase()))
    return { fault: 'a record of another category than kube-audit' };
  const log = isFields(properties) ? properties['log'] : undefined;
  if (log === undefined) return { fault: 'a record without properties.log' };
  const cluster = typeof resourceId === 'string' ? clusterOf(CLUSTER.exec(resourceId)?.[1]) : undefined;
  return { content: log, time: millisOf(time), cluster };
}
