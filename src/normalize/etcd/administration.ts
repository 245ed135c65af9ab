import type { EtcdFields } from '../../model/event.ts';
import { keysOf } from './operation.ts';
import {
  CHANGE,
  CREATION,
  countOf,
  DELETION,
  DENIED,
  INFO,
  type Line,
  type Reader,
  type Reading,
  textOf,
  textsOf,
} from './reading.ts';
import { addressOf } from './request.ts';

/** A connection that failed its TLS handshake. The health probes of a load balancer leave the error `EOF`. */
export const readRejected =
  (endpoint: 'client' | 'peer'): Reader =>
  line => ({
    action: 'connection_rejected',
    type: DENIED,
    outcome: 'failure',
    reason: textOf(line, 'error'),
    source: addressOf(textOf(line, 'remote-addr')),
    etcd: {
      line: 'connection',
      tls: { endpoint, error: textOf(line, 'error'), server_name: textOf(line, 'server-name') || undefined },
    },
  });

/** Users, roles and permissions. The line names whom it is about, never who did it. */
export const readAuth =
  (action: string, type: readonly string[], outcome: Reading['outcome'] = 'success'): Reader =>
  line => ({
    action,
    type,
    outcome,
    reason: textOf(line, 'error'),
    etcd: {
      line: 'auth',
      auth: {
        user: textOf(line, 'user-name') ?? textOf(line, 'user'),
        role: textOf(line, 'added-role-name') ?? textOf(line, 'revoked-role-name') ?? textOf(line, 'role-name'),
        roles: textsOf(line, 'user-roles'),
        permission: textOf(line, 'permission-name'),
      },
      ...keysAt(line),
    },
  });

/** Which keys a permission is about, where the line tells. */
function keysAt(line: Line): Partial<EtcdFields> | undefined {
  const key = textOf(line, 'key');
  if (key === undefined) return undefined;
  const content = [
    { name: 'key', value: bytesOf(key) },
    { name: 'range_end', value: bytesOf(textOf(line, 'range-end') ?? '') },
  ];
  const { fields } = keysOf('Range', content);
  return {
    key: fields.key,
    range_end: fields.range_end,
    key_span: fields.key_span,
    registry: fields.registry,
    resources: fields.resources,
  };
}

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

/** `found command name` (debug): the common name of a client whose request stands on a neighbouring line. */
export const readClientName: Reader = line => {
  const name = textOf(line, 'common-name');
  return {
    action: 'client_identified',
    type: INFO,
    outcome: 'success',
    user: name,
    etcd: { line: 'auth', client: name === undefined ? undefined : { common_name: name } },
  };
};

export const readMaintenance =
  (action: string): Reader =>
  line => ({
    action,
    type: INFO,
    outcome: 'success',
    etcd: { line: 'maintenance', revision: countOf(line, 'compact-revision') },
  });

export const readSnapshot =
  (action: string): Reader =>
  line => {
    const size = countOf(line, 'total-bytes');
    return {
      action,
      type: ACCESS_TO_ALL,
      outcome: 'success',
      etcd: { line: 'maintenance', operation: 'maintenance', snapshot: size === undefined ? undefined : { size } },
    };
  };

const ACCESS_TO_ALL: readonly string[] = ['access'];

/** 3.4 and 3.5 only; in 3.6 an alarm shows but in its apply line. */
export const readAlarm =
  (action: string): Reader =>
  line => ({
    action,
    type: INFO,
    outcome: 'success',
    etcd: { line: 'alarm', alarm: textOf(line, 'alarm'), member: { id: textOf(line, 'from') } },
  });

/**
 * A call came through the HTTP gateway (`/v3/kv/…`). The name on the line is the server's own, which the gateway uses for
 * everybody; who called stands nowhere.
 */
const readGateway: Reader = () => ({
  action: 'gateway_used',
  type: ACCESS_TO_ALL,
  outcome: 'success',
  etcd: { line: 'auth' },
});

export const AUTH_READERS: Readonly<Record<string, Reader>> = {
  'enabled authentication': readAuth('auth_enabled', CHANGE),
  'disabled authentication': readAuth('auth_disabled', CHANGE),
  'created a role': readAuth('role_created', CREATION),
  'deleted a role': readAuth('role_deleted', DELETION),
  'granted/updated a permission to a user': readAuth('permission_granted', CHANGE),
  'revoked a permission on range': readAuth('permission_revoked', CHANGE),
  'added a user': readAuth('user_added', CREATION),
  'deleted a user': readAuth('user_deleted', DELETION),
  'granted a role to a user': readAuth('user_role_granted', CHANGE),
  'revoked a role from a user': readAuth('user_role_revoked', CHANGE),
  'changed a password of a user': readAuth('password_changed', CHANGE),
  'authenticated a user': readAuth('user_authenticated', INFO),
  'invalid password': readAuth('authentication_failed', DENIED, 'failure'),
  'invalid authentication was requested': readAuth('authentication_failed', DENIED, 'failure'),
  'invalid auth token': readAuth('token_refused', DENIED, 'failure'),
  'cannot find a user for permission check': readAuth('permission_denied', DENIED, 'failure'),
  'found command name': readClientName,
  'found common name': readClientName,
  'ignoring common name in gRPC-gateway proxy request': readGateway,
};
