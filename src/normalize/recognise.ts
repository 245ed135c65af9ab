import { type Fields, isFields } from './audit.ts';

/** What an object is by itself: an audit event, a line of etcd's log, a record of a call to etcd in one of two forms, or one of the collector. */
export type Kind = 'audit' | 'etcd' | 'etcd_request' | 'etcd_watch' | 'envoy';

const AUDIT = 'audit.k8s.io/';
const ETCD_PATH = '/etcdserverpb.';

/** Tells by a few fields what an object is; undefined where it is none of what Keywarden reads. */
export function kindOf(value: Fields): Kind | undefined {
  const { apiVersion } = value;
  if (typeof apiVersion === 'string' && apiVersion.startsWith(AUDIT)) {
    return value['kind'] === 'Event' ? 'audit' : undefined;
  }
  if (value['auditID'] !== undefined && value['stage'] !== undefined) return 'audit';
  if (typeof value['msg'] === 'string' && isZap(value)) return 'etcd';
  if (isFields(value['etcd_request'])) return 'etcd_request';
  if (isFields(value['etcd_watch'])) return 'etcd_watch';
  const { path } = value;
  return typeof path === 'string' && path.startsWith(ETCD_PATH) ? 'envoy' : undefined;
}

/** Others write `msg` too, pino for one: with a number as level and the time in `time`. */
const isZap = ({ level, ts }: Fields): boolean => typeof level === 'string' || ts !== undefined;

/**
 * Whether a shipper has put fields of its own beside those of the event. No audit event has one that is called like these;
 * what they hold may be the event's text as it came, which nobody redacts.
 */
export const isMerged = (kind: Kind, value: Fields): boolean =>
  value['@timestamp'] !== undefined ||
  value['date'] !== undefined ||
  value['source_type'] !== undefined ||
  (kind === 'audit' && hasShippersFields(value));

const hasShippersFields = ({ log, message, kubernetes, docker, tag, stream }: Fields): boolean =>
  log !== undefined ||
  message !== undefined ||
  kubernetes !== undefined ||
  docker !== undefined ||
  tag !== undefined ||
  stream !== undefined;
