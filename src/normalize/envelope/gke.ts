import { type Fields, isFields } from '../audit.ts';
import { clusterOf, type Opener, unreadable } from './envelope.ts';
import { type Called, calledOf } from './gke-method.ts';
import { httpStatus } from './rpc-status.ts';
import { millisOf } from './time.ts';

const TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';
const SERVICE = 'k8s.io';

/**
 * A LogEntry of Cloud Logging with the AuditLog of a GKE cluster, turned into the audit event that it tells of. Sources:
 * Google, "LogEntry", "AuditLog" and "GKE audit logging"; google/logging/v2/log_entry.proto, google/cloud/audit/audit_log.proto.
 */
export const openGke: Opener = entry => {
  const { protoPayload: payload, resource } = entry;
  if (!isFields(payload) || (payload['@type'] !== undefined && payload['@type'] !== TYPE)) return undefined;
  if (typeof payload['methodName'] !== 'string') return unreadable('gke', 'protoPayload without methodName');
  const service = payload['serviceName'];
  if (service !== undefined && service !== SERVICE)
    return unreadable('gke', 'protoPayload of another service than k8s.io');
  const cluster = clusterOf(fieldsOf(fieldsOf(resource)['labels'])['cluster_name']);
  const content = eventOf(entry, payload, calledOf(payload['methodName'], textOf(payload['resourceName'])));
  return { kind: 'gke', inner: [{ content, cluster, time: millisOf(entry['receiveTimestamp']) }] };
};

function eventOf(entry: Fields, payload: Fields, { verb, objectRef }: Called): Fields {
  const operation = fieldsOf(entry['operation']);
  const caller = fieldsOf(payload['requestMetadata']);
  const stage = stageOf(operation);
  const time = textOf(entry['timestamp']);
  // Without its kind nothing says which of a body's values are secrets.
  const { request, response } = objectRef === undefined ? NOTHING : payload;
  return present({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: textOf(operation['id']) ?? textOf(entry['insertId']),
    stage,
    verb,
    user: present({ username: textOf(fieldsOf(payload['authenticationInfo'])['principalEmail']) }),
    sourceIPs: listOf(textOf(caller['callerIp'])),
    userAgent: textOf(caller['callerSuppliedUserAgent']),
    objectRef,
    responseStatus: { code: codeOf(payload, stage, objectRef) },
    requestObject: request,
    responseObject: response,
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: annotationsOf(entry, payload),
  });
}

const NOTHING: Fields = {};

/** The first entry of an operation that is not also its last is a request that runs on: a watch, an exec. */
const stageOf = ({ first, last }: Fields): string =>
  first === true && last !== true ? 'ResponseStarted' : 'ResponseComplete';

const SWITCHED = ['exec', 'attach', 'portforward'];

/** The answer's own code where it is a Status, else that of the RPC; a session that goes on has switched protocols. */
function codeOf(payload: Fields, stage: string, objectRef: Called['objectRef']): number {
  const { code } = fieldsOf(payload['status']);
  const answer = fieldsOf(payload['response']);
  const own = answer['@type'] === 'core.k8s.io/v1.Status' ? answer['code'] : undefined;
  if (typeof own === 'number' && Number.isInteger(own)) return own;
  const status = httpStatus(code);
  const goesOn = stage === 'ResponseStarted' && SWITCHED.includes(objectRef?.subresource ?? '');
  return goesOn && status === 200 ? 101 : status;
}

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

function annotationsOf(entry: Fields, payload: Fields): Fields {
  const labels = fieldsOf(entry['labels']);
  return present({ [DECISION]: textOf(labels[DECISION]) ?? grantedOf(payload), [REASON]: textOf(labels[REASON]) });
}

function grantedOf({ authorizationInfo }: Fields): string | undefined {
  if (!Array.isArray(authorizationInfo) || authorizationInfo.length === 0) return undefined;
  // Protobuf's JSON leaves out what is false.
  return authorizationInfo.every(info => isFields(info) && info['granted'] === true) ? 'allow' : 'forbid';
}

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : NOTHING);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const listOf = (text: string | undefined): readonly string[] | undefined => (text === undefined ? undefined : [text]);

const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
