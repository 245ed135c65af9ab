import { type Fields, isFields } from './audit.ts';

/** What an object is by itself: an audit event, a line of etcd's log, or a record of a call to etcd in one of two forms. */
export type Kind = 'audit' | 'etcd' | 'etcd_request' | 'envoy';

const AUDIT = 'audit.k8s.io/';
const ETCD_PATH = '/etcdserverpb.';

/** Tells by a few fields what an object is; undefined where it is none of what Keywarden reads. */
export function kindOf(value: Fields): Kind | undefined {
  const { apiVersion } = value;
  if (typeof apiVersion === 'string' && apiVersion.startsWith(AUDIT)) {
    return value['kind'] === 'Event' ? 'audit' : undefined;
  }
  if (value['auditID'] !== undefined && value['stage'] !== undefined) return 'audit';
  if (typeof value['msg'] === 'string') return 'etcd';
  if (isFields(value['etcd_request'])) return 'etcd_request';
  const { path } = value;
  return typeof path === 'string' && path.startsWith(ETCD_PATH) ? 'envoy' : undefined;
}

/** Whether a shipper has put fields of its own beside those of the event. */
export const isMerged = (value: Fields): boolean =>
  value['@timestamp'] !== undefined || value['date'] !== undefined || value['source_type'] !== undefined;
