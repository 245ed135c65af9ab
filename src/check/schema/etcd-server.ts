import { COMMON, GAPS, WHEREABOUTS } from './common.ts';
import {
  address,
  all,
  type Field,
  type Fields,
  flag,
  type Line,
  number,
  object,
  oneOf,
  someOf,
  text,
  texts,
  time,
} from './field.ts';

/** The calls of etcd's API in snake case. Source: etcd api/v3 etcdserverpb/rpc.proto. */
const CALLS = [
  ...['range', 'put', 'delete_range', 'txn', 'compact', 'watch'],
  ...['lease_grant', 'lease_revoke', 'lease_keep_alive', 'lease_time_to_live', 'lease_leases'],
  ...['member_add', 'member_remove', 'member_update', 'member_list', 'member_promote'],
  ...['alarm', 'status', 'defragment', 'hash', 'hash_kv', 'snapshot', 'move_leader', 'downgrade'],
  ...['auth_enable', 'auth_disable', 'auth_status', 'authenticate'],
  ...[
    'user_add',
    'user_get',
    'user_list',
    'user_delete',
    'user_change_password',
    'user_grant_role',
    'user_revoke_role',
  ],
  ...['role_add', 'role_get', 'role_list', 'role_delete', 'role_grant_permission', 'role_revoke_permission', 'unknown'],
];

/** What `event.action` is on each kind of line. Source: src/normalize/etcd/. */
const ACTIONS: Readonly<Record<Line, readonly string[]>> = {
  request: CALLS,
  apply: ['apply', 'apply_failed'],
  entry: ['entry_applied'],
  connection: ['connection_rejected'],
  auth: [
    ...['auth_enabled', 'auth_disabled', 'role_created', 'role_deleted', 'permission_granted', 'permission_revoked'],
    ...['user_added', 'user_deleted', 'user_role_granted', 'user_role_revoked', 'password_changed'],
    ...[
      'user_authenticated',
      'authentication_failed',
      'permission_denied',
      'token_refused',
      'client_identified',
      'gateway_used',
    ],
  ],
  member: [
    ...['member_added', 'member_removed', 'member_updated', 'member_promoted'],
    ...['cluster_id_mismatch', 'peer_unknown', 'peer_removed', 'cluster_forced'],
  ],
  maintenance: [
    ...[
      'snapshot_sending',
      'snapshot_sent',
      'defragment_started',
      'defragment_finished',
      'compaction_finished',
      'data_inconsistent',
    ],
  ],
  alarm: ['alarm_raised', 'alarm_disarmed'],
  startup: [
    'server_started',
    'server_settings',
    'client_tls_started',
    'client_tls_missing',
    'peer_tls_started',
    'pprof_enabled',
    'v2_enabled',
  ],
  saturation: ['log_saturated'],
  revision: ['put', 'delete', 'expire'],
  collector: ['collection_began', 'revisions_lost', 'cluster_replaced', 'revision_went_back', 'history_changed'],
  log: ['log'],
  none: GAPS,
};

/** What the collector tells, and no log. */
const WATCHED: readonly Line[] = ['revision', 'collector'];

/** Lines that are none: what is missing. Of the collector's some are. */
const MISSING: readonly Line[] = ['saturation', 'none'];

const LINES = Object.keys(ACTIONS) as readonly Line[];

const linesOf = (action: string): readonly Line[] => LINES.filter(line => ACTIONS[line].includes(action));

const ACTION: Field = { ...oneOf(...new Set(Object.values(ACTIONS).flat())), always: true, linesOf };

const CALLED: readonly Line[] = ['request', 'apply'];
const WRITTEN: readonly Line[] = [...CALLED, 'entry'];

/** Fields of an event of etcd's log. Source: src/model/event.ts and docs/events.md, "etcd's lines". */
export const ETCD_SERVER: Fields = {
  ...COMMON,
  ...all(
    { lines: ['request', 'connection'] },
    { 'source.ip': address(), 'source.port': number(0, 65_535), ...WHEREABOUTS },
  ),
  'data_stream.dataset': { ...oneOf('etcd.audit_logs'), always: true },
  'event.dataset': { ...oneOf('etcd.audit_logs'), always: true },
  'event.module': { ...oneOf('etcd'), always: true },
  'event.kind': {
    ...oneOf('event', 'pipeline_error'),
    always: true,
    linesOf: kind =>
      LINES.filter(line => line === 'collector' || MISSING.includes(line) === (kind === 'pipeline_error')),
  },
  'event.action': ACTION,
  'event.category': someOf('database'),
  'event.start': time({ lines: ['request', ...WATCHED, 'none'] }),
  'event.end': time({ lines: [...WATCHED, 'none'] }),
  'keywarden.lost': { ...number(), lines: ['none'] },
  'event.duration': { ...number(), lines: CALLED },
  'event.reason': text({ lines: ['request', 'apply', 'connection', 'auth', 'maintenance'] }),
  message: text(),
  'log.level': oneOf('debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal'),
  'log.logger': text(),
  'user.name': text({ lines: [...WRITTEN, 'auth'], same: 'etcd.client.common_name' }),
  ...all(
    { lines: [...WRITTEN, 'revision'] },
    {
      'orchestrator.namespace': text(),
      'orchestrator.resource.type': text({ lower: true }),
      'orchestrator.resource.name': text(),
      'orchestrator.resource.group': text(),
    },
  ),
  ...all(
    { lines: [...WRITTEN, 'auth', 'revision'] },
    {
      'etcd.key': text(),
      'etcd.key_span': oneOf('key', 'prefix', 'range', 'all'),
      'etcd.registry': flag(),
      'etcd.resources': texts({ lower: true }),
    },
  ),
  ...all({ lines: [...WRITTEN, 'auth'] }, { 'etcd.range_end': text(), 'etcd.client.common_name': text() }),
  ...all(
    { lines: CALLED },
    {
      'etcd.rpc.service': text(),
      'etcd.rpc.method': text(),
      'etcd.keys': texts(),
      'etcd.txn.guarded': flag(),
      'etcd.txn.operations': number(),
      'etcd.txn.like_api_server': flag(),
      'etcd.txn.nested': flag({ values: ['true'] }),
      'etcd.alarm_action': oneOf('get', 'activate', 'deactivate'),
      'etcd.keys_only': flag({ values: ['true'] }),
      'etcd.count_only': flag({ values: ['true'] }),
      'etcd.serializable': flag({ values: ['true'] }),
      'etcd.response.size': number(),
      'etcd.response.count': number(),
      'etcd.limit': number(),
    },
  ),
  'etcd.lease': text({ lines: [...CALLED, 'revision'] }),
  'etcd.creates': flag({ lines: [...CALLED, 'revision'] }),
  ...all(
    { lines: ['revision'] },
    {
      'etcd.lease_ended': flag(),
      'etcd.create_revision': number(),
      'etcd.version': number(),
      'etcd.previous_revision': number(),
      'etcd.key_size': number(),
      'etcd.value.size': number(),
      'etcd.value.hash': text(),
    },
  ),
  'etcd.history': { ...number(), lines: WATCHED },
  ...all({ lines: ['collector'] }, { 'etcd.revisions.from': number(), 'etcd.revisions.to': number() }),
  'etcd.cluster.previous_id': text({ lines: ['collector'] }),
  'process.args': texts({ lines: ['startup'] }),
  'process.command_line': text({ lines: ['startup'] }),
  'etcd.line': {
    ...oneOf(...LINES.filter(line => line !== 'none')),
    linesOf: line => LINES.filter(known => known === line),
  },
  'etcd.alone': flag({ values: ['true'], lines: ['apply'] }),
  'etcd.operation': {
    ...oneOf('read', 'write', 'delete', 'watch', 'lease', 'auth', 'cluster', 'maintenance'),
    lines: [...CALLED, 'maintenance', 'revision'],
  },
  'etcd.revision': { ...number(), lines: [...CALLED, 'maintenance', ...WATCHED] },
  ...all(
    { lines: ['request'] },
    {
      'etcd.request.size': number(),
      'etcd.request.count': number(),
    },
  ),
  ...all(
    { lines: ['entry', 'revision'] },
    { 'etcd.value.encrypted': flag(), 'etcd.value.provider': text(), 'etcd.value.key_id': text() },
  ),
  'etcd.member.id': text({ lines: ['member', 'alarm', 'maintenance', ...WATCHED] }),
  'etcd.member.name': text({ lines: ['member'] }),
  'etcd.member.at_start': flag({ values: ['true'], lines: ['member'] }),
  'etcd.cluster.remote_id': text({ lines: ['member'] }),
  'etcd.member.peer_urls': texts({ lines: ['member'] }),
  'etcd.member.learner': flag({ lines: ['member'] }),
  'etcd.cluster.id': text({ lines: ['member', ...WATCHED] }),
  ...all(
    { lines: ['auth'] },
    {
      'etcd.auth.user': text(),
      'etcd.auth.role': text(),
      'etcd.auth.roles': texts(),
      'etcd.auth.permission': text(),
    },
  ),
  ...all(
    { lines: ['connection'] },
    {
      'etcd.tls.endpoint': oneOf('client', 'peer'),
      'etcd.tls.error': text(),
      'etcd.tls.server_name': text(),
    },
  ),
  'etcd.alarm': text({ lines: ['alarm', 'apply'] }),
  'etcd.snapshot.size': { ...number(), lines: ['maintenance'] },
  'etcd.saturation.message': text({ lines: ['saturation'] }),
  'etcd.server': object({ lines: ['startup'] }),
  ...all(
    { lines: ['startup'] },
    {
      'etcd.server.version': text(),
      'etcd.server.listen_client_urls': texts(),
      'etcd.server.listen_peer_urls': texts(),
      'etcd.server.listen_metrics_urls': texts(),
      'etcd.server.client_tls': flag(),
      'etcd.server.client_cert_auth': flag(),
      'etcd.server.trusted_ca': flag(),
      'etcd.server.peer_cert_auth': flag(),
      'etcd.server.peer_trusted_ca': flag(),
      'etcd.server.force_new_cluster': flag(),
      'etcd.server.enable_v2': flag(),
      'etcd.server.enable_pprof': flag(),
      'etcd.server.log_level': text(),
    },
  ),
};
