import type { EcsDocument, EtcdFields } from '../../model/event.ts';
import { isAddress } from '../address.ts';
import { utc } from '../time.ts';
import { type Field, message, parseContent, scalar } from './content.ts';
import { nanoseconds } from './duration.ts';
import { keysOf } from './operation.ts';
import { ACCESS, CHANGE, CREATION, countOf, DELETION, INFO, type Line, type Reading, textOf } from './reading.ts';

type Operation = NonNullable<EtcdFields['operation']>;

/** Maps, since a hostile name such as `constructor` must find nothing. */
const SERVICES: ReadonlyMap<string, Operation> = new Map([
  ['Lease', 'lease'],
  ['Watch', 'watch'],
  ['Auth', 'auth'],
  ['Cluster', 'cluster'],
  ['Maintenance', 'maintenance'],
]);
const KV: ReadonlyMap<string, Operation> = new Map([
  ['Range', 'read'],
  ['Put', 'write'],
  ['DeleteRange', 'delete'],
  ['Compact', 'maintenance'],
]);
const TYPES: Readonly<Record<Operation, readonly string[]>> = {
  read: ACCESS,
  watch: ACCESS,
  write: CHANGE,
  delete: DELETION,
  lease: CREATION,
  auth: INFO,
  cluster: INFO,
  maintenance: INFO,
};

/** `request stats`: one unary call, with the client's address. Source: etcd server/etcdserver/api/v3rpc/interceptor.go. */
export function readRequest(line: Line): Reading {
  const rpc = rpcOf(textOf(line, 'response type') ?? '');
  return readCall(rpc, parseContent(textOf(line, 'request content') ?? ''), {
    outcome: 'unknown',
    start: utc(line['start time']),
    duration: nanoseconds(line['time spent']),
    source: addressOf(textOf(line, 'remote')),
    request: { size: countOf(line, 'request size'), count: countOf(line, 'request count') },
    response: { size: countOf(line, 'response size'), count: countOf(line, 'response count') },
  });
}

/** What is known of a call besides its method and content. */
export type Circumstances = Pick<Reading, 'outcome' | 'start' | 'duration' | 'source' | 'reason' | 'user' | 'message'> &
  Pick<EtcdFields, 'request' | 'response' | 'client'>;

/** One unary call, whoever has logged it. */
export function readCall(
  rpc: NonNullable<EtcdFields['rpc']>,
  content: readonly Field[],
  { request, response, client, ...seen }: Circumstances,
): Reading {
  const { fields, stored } = keysOf(rpc.method, content);
  const operation = fields.operation ?? SERVICES.get(rpc.service) ?? KV.get(rpc.method) ?? 'read';
  return {
    ...seen,
    action: snakeCase(rpc.method),
    type: TYPES[operation],
    stored,
    etcd: { line: 'request', rpc, ...fields, operation, request, response, client },
  };
}

/** The request in a raft entry, and the call that made it. Source: etcd api/v3 raft_internal.proto, InternalRaftRequest. */
const ENTRIES: ReadonlyMap<string, readonly [service: string, method: string]> = new Map([
  ['put', ['KV', 'Put']],
  ['delete_range', ['KV', 'DeleteRange']],
  ['txn', ['KV', 'Txn']],
  ['compaction', ['KV', 'Compact']],
  ['lease_grant', ['Lease', 'LeaseGrant']],
  ['lease_revoke', ['Lease', 'LeaseRevoke']],
  ['alarm', ['Maintenance', 'Alarm']],
  ['auth_enable', ['Auth', 'AuthEnable']],
  ['auth_disable', ['Auth', 'AuthDisable']],
  ['auth_user_add', ['Auth', 'UserAdd']],
  ['auth_user_delete', ['Auth', 'UserDelete']],
  ['auth_user_change_password', ['Auth', 'UserChangePassword']],
  ['auth_user_grant_role', ['Auth', 'UserGrantRole']],
  ['auth_user_revoke_role', ['Auth', 'UserRevokeRole']],
  ['auth_role_add', ['Auth', 'RoleAdd']],
  ['auth_role_delete', ['Auth', 'RoleDelete']],
  ['auth_role_grant_permission', ['Auth', 'RoleGrantPermission']],
  ['auth_role_revoke_permission', ['Auth', 'RoleRevokePermission']],
]);

/** `apply request took too long`: the same call seen by raft, without the address, for writes with the common name. */
export function readApply(line: Line): Reading {
  const content = parseContent(textOf(line, 'request') ?? '');
  const name = scalar(message(content, 'header') ?? [], 'username');
  const error = textOf(line, 'error');
  const { rpc, body } = appliedOf(content);
  const { fields, stored } = rpc === undefined ? NOTHING : keysOf(rpc.method, body);
  const operation =
    rpc === undefined ? undefined : (fields.operation ?? SERVICES.get(rpc.service) ?? KV.get(rpc.method) ?? 'read');
  const alarm = rpc?.method === 'Alarm' ? alarmOf(body) : undefined;
  return {
    action: 'apply',
    type: operation === undefined ? INFO : TYPES[operation],
    outcome: error === undefined ? 'unknown' : 'failure',
    reason: error,
    duration: nanoseconds(line['took']),
    user: name,
    stored,
    etcd: {
      line: 'apply',
      rpc,
      ...fields,
      operation,
      alarm: alarm?.alarm,
      alarm_action: alarm?.alarm_action,
      response: answerOf(textOf(line, 'response') ?? ''),
      client: name === undefined ? undefined : { common_name: name },
    },
  };
}

/** `failed to apply request` (at any level): the same of a write that failed, mostly for want of a permission. */
export const readFailedApply = (line: Line): Reading => ({
  ...readApply(line),
  action: 'apply_failed',
  outcome: 'failure',
});

const NOTHING: ReturnType<typeof keysOf> = { fields: {}, stored: undefined };

const READ = /^range_response_count:(\d{1,15}) size:(\d{1,15})$/;

/** How much a read gave; of other answers the size counts nothing that `request stats` counts. */
function answerOf(text: string): EtcdFields['response'] {
  const [, count, size] = READ.exec(text) ?? [];
  return count === undefined ? undefined : { count: Number(count), size: Number(size) };
}

/** An alarm that is asked for has neither an action nor a name, both being the first of their kind. */
const alarmOf = (body: readonly Field[]): Pick<EtcdFields, 'alarm' | 'alarm_action'> => ({
  alarm: scalar(body, 'alarm'),
  alarm_action: ALARM_ACTIONS.get(scalar(body, 'action') ?? 'GET'),
});

const ALARM_ACTIONS: ReadonlyMap<string, EtcdFields['alarm_action']> = new Map([
  ['GET', 'get'],
  ['ACTIVATE', 'activate'],
  ['DEACTIVATE', 'deactivate'],
]);

type Applied = { readonly rpc: EtcdFields['rpc']; readonly body: readonly Field[] };

function appliedOf(content: readonly Field[]): Applied {
  for (const { name, value } of content) {
    const entry = ENTRIES.get(name);
    if (entry === undefined || typeof value === 'string') continue;
    return { rpc: { service: entry[0], method: entry[1] }, body: value };
  }
  // A read goes around raft, and its line holds the bare request.
  if (scalar(content, 'key') !== undefined) return { rpc: { service: 'KV', method: 'Range' }, body: content };
  const isTxn = content.some(({ name }) => name === 'compare' || name === 'success');
  return isTxn ? { rpc: { service: 'KV', method: 'Txn' }, body: content } : { rpc: undefined, body: [] };
}

/** `/etcdserverpb.KV/Range` */
export function rpcOf(type: string): NonNullable<EtcdFields['rpc']> {
  const slash = type.lastIndexOf('/');
  return { service: type.slice(type.lastIndexOf('.', slash) + 1, slash), method: type.slice(slash + 1) };
}

const METHODS = new Map<string, string>();
const MAX_METHODS = 200;

function snakeCase(method: string): string {
  const known = METHODS.get(method);
  if (known !== undefined) return known;
  const name = method.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase() || 'unknown';
  if (METHODS.size < MAX_METHODS) METHODS.set(method, name);
  return name;
}

/** `10.0.0.1:2379`, `[::1]:2379` or a bare address; undefined for anything else. */
export function addressOf(remote: string | undefined): EcsDocument['source'] {
  if (remote === undefined) return undefined;
  const colon = remote.lastIndexOf(':');
  const host = remote.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(remote.slice(colon + 1));
  if (colon > 0 && isAddress(host) && Number.isInteger(port) && port >= 0 && port <= 65_535) return { ip: host, port };
  return isAddress(remote) ? { ip: remote } : undefined;
}
