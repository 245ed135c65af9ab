import type { EtcdFields } from '../../model/event.ts';
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
      key: textOf(line, 'key'),
      range_end: textOf(line, 'range-end'),
    },
  });

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

/** Members that come, go or change; each version of etcd prefixes the names in its own way. */
export const readMember =
  (action: string, type: readonly string[]): Reader =>
  line => ({
    action,
    type,
    outcome: 'success',
    etcd: {
      line: 'member',
      member: {
        id: firstText(line, 'added-peer-id', 'removed-remote-peer-id', 'updated-remote-peer-id', 'promoted-member-id'),
        peer_urls: firstTexts(line, 'added-peer-peer-urls', 'removed-remote-peer-urls', 'updated-remote-peer-urls'),
        learner: truthOf(line, 'added-peer-is-learner'),
      },
      cluster: clusterOf(line),
    },
  });

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

export const readAlarm =
  (action: string): Reader =>
  line => ({
    action,
    type: INFO,
    outcome: 'success',
    etcd: { line: 'alarm', alarm: textOf(line, 'alarm'), member: { id: textOf(line, 'alarmed-member-id') } },
  });

const clusterOf = (line: Line): EtcdFields['cluster'] => {
  const id = textOf(line, 'cluster-id');
  return id === undefined ? undefined : { id };
};

function firstText(line: Line, ...names: readonly string[]): string | undefined {
  for (const name of names) if (typeof line[name] === 'string') return textOf(line, name);
  return undefined;
}

function firstTexts(line: Line, ...names: readonly string[]): readonly string[] | undefined {
  for (const name of names) if (Array.isArray(line[name])) return textsOf(line, name);
  return undefined;
}

const truthOf = (line: Line, name: string): boolean | undefined =>
  typeof line[name] === 'boolean' ? (line[name] as boolean) : undefined;

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
  'revoked a role of a user': readAuth('user_role_revoked', CHANGE),
  'changed a password of a user': readAuth('password_changed', CHANGE),
  'authenticated a user': readAuth('user_authenticated', INFO),
  'invalid password': readAuth('authentication_failed', DENIED, 'failure'),
  'invalid authentication was requested': readAuth('authentication_failed', DENIED, 'failure'),
  'cannot find a user for permission check': readAuth('permission_denied', DENIED, 'failure'),
  'found command name': readClientName,
  'found common name': readClientName,
};
