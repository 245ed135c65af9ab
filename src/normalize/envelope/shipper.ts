import type { Envelope } from '../../model/event.ts';
import { type Fields, isFields } from '../audit.ts';
import { kindOf } from '../recognise.ts';
import { type Opened, type Opener, unreadable } from './envelope.ts';
import { positionOf } from './position.ts';
import { millisOf } from './time.ts';

/**
 * What each shipper leaves on a record, most telling first. Sources: Logstash's event API (`@version`); Beats' `agent` and
 * `@metadata`, and Filebeat's exported fields `log.file.path`, `log.offset`; Vector's sources (`source_type`); Docker's
 * json-file driver (`log`, `stream`, `time` and nothing else); fluent-plugin-kubernetes_metadata_filter (`docker`,
 * `kubernetes.master_url`); Fluent Bit's outputs (`date`, for Kafka `@timestamp`) and its Kubernetes filter.
 */
const MARKS: readonly (readonly [Envelope, (value: Fields) => boolean])[] = [
  ['logstash', value => value['@version'] !== undefined],
  ['filebeat', isBeat],
  ['vector', value => typeof value['source_type'] === 'string'],
  ['docker', isDocker],
  ['fluentd', value => isFields(value['docker']) || typeof at(value, 'kubernetes', 'master_url') === 'string'],
  ['fluent-bit', value => value['date'] !== undefined || value['@timestamp'] !== undefined],
  ['fluent-bit', value => typeof value['log'] === 'string' || isFields(value['kubernetes'])],
];

/** A record of a shipper: its text, or the event that it has decoded already, stands in one of a few fields. */
export const openShipper: Opener = value => {
  const kind = MARKS.find(([, is]) => is(value))?.[0];
  const content = contentOf(value);
  if (content !== undefined) return opened(kind ?? 'other', value, content);
  return kind === undefined ? undefined : unreadable(kind, NOTHING);
};

const NOTHING = 'holds no event, neither as text nor decoded';

/**
 * The fields of an `audit.k8s.io` Event. Source: k8s.io/apiserver/pkg/apis/audit/v1/types.go. Beside a shipper's own fields
 * `timestamp` and `metadata`, which old versions have too, are the shipper's.
 */
const AUDIT_FIELDS = [
  ...['kind', 'apiVersion', 'level', 'auditID', 'stage', 'requestURI', 'verb', 'user', 'impersonatedUser'],
  ...['authenticationMetadata', 'sourceIPs', 'userAgent', 'objectRef', 'responseStatus', 'requestObject'],
  ...['responseObject', 'requestReceivedTimestamp', 'stageTimestamp', 'annotations'],
];

/** An event whose fields a shipper has put beside its own. Of an audit event all fields stay that are one's. */
export const openMerged: Opener = value => {
  const kind = MARKS.find(([, is]) => is(value))?.[0] ?? 'other';
  const { '@timestamp': _at, date: _date, source_type: _source, ...rest } = value;
  return opened(kind, value, kindOf(value) === 'audit' ? ownFields(value) : rest);
};

const ownFields = (value: Fields): Fields =>
  Object.fromEntries(AUDIT_FIELDS.filter(name => value[name] !== undefined).map(name => [name, value[name]]));

const opened = (kind: Envelope, value: Fields, content: unknown): Opened => ({
  kind,
  inner: [{ content, time: timeOf(value), position: positionOf(value) }],
});

const timeOf = (value: Fields): number | undefined =>
  millisOf(value['@timestamp']) ?? millisOf(value['date']) ?? millisOf(value['timestamp']) ?? millisOf(value['time']);

/** Decoded before text, since a shipper that decodes may have rewritten the text. */
function contentOf(value: Fields): unknown {
  const { json, log, message, MESSAGE } = value;
  const audit = at(value, 'kubernetes', 'audit');
  for (const decoded of [audit, json, log, message]) if (isFields(decoded) && isEventful(decoded)) return decoded;
  for (const text of [log, message, MESSAGE, at(value, 'event', 'original'), json])
    if (typeof text === 'string') return text;
  // An envelope in an envelope.
  return isFields(message) || Array.isArray(message) ? message : undefined;
}

const isEventful = (value: Fields): boolean => kindOf(value) !== undefined || value['kind'] === 'EventList';

function isBeat(value: Fields): boolean {
  const { agent, log } = value;
  if (isFields(agent) && agent['type'] === 'filebeat') return true;
  return (
    at(value, '@metadata', 'beat') === 'filebeat' ||
    (isFields(log) && (isFields(log['file']) || log['offset'] !== undefined))
  );
}

const DOCKER_FIELDS = new Set(['log', 'stream', 'time', 'attrs']);

function isDocker(value: Fields): boolean {
  const { log, stream, time } = value;
  if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string') return false;
  return Object.keys(value).every(name => DOCKER_FIELDS.has(name));
}

function at(value: Fields, name: string, inner: string): unknown {
  const outer = value[name];
  return isFields(outer) ? outer[inner] : undefined;
}
