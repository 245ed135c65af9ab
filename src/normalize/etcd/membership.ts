import type { EtcdFields } from '../../model/event.ts';
import { CHANGE, CREATION, DELETION, DENIED, type Line, type Reader, textOf, textsOf } from './reading.ts';

type Member = NonNullable<EtcdFields['member']>;

/** Members that come, go or change; each message prefixes the names of its fields in its own way. */
export const readMember =
  (action: string, type: readonly string[]): Reader =>
  line => ({
    action,
    type,
    outcome: 'success',
    etcd: { line: 'member', member: memberOf(line), cluster: clusterOf(line) },
  });

/** A peer that this member turns away: it is of another cluster, was removed, or is not known at all. */
export const readPeer =
  (action: string): Reader =>
  line => ({
    action,
    type: DENIED,
    outcome: 'failure',
    etcd: { line: 'member', member: memberOf(line), cluster: clusterOf(line) },
  });

const memberOf = (line: Line): Member => {
  const id = firstText(line, ...IDS);
  return {
    id,
    name: textOf(line, 'remote-peer-server-name'),
    peer_urls: firstTexts(
      line,
      'added-peer-peer-urls',
      'removed-remote-peer-urls',
      'updated-remote-peer-urls',
      'remote-peer-endpoints',
    ),
    learner: truthOf(line, 'added-peer-is-learner'),
    // Itself a member adds to what it knows but when it starts.
    at_start: id !== undefined && line['added-peer-id'] === id && line['local-member-id'] === id ? true : undefined,
  };
};

const IDS = [
  'added-peer-id',
  'removed-remote-peer-id',
  'updated-remote-peer-id',
  'promoted-member-id',
  'remote-peer-id-from',
  'remote-peer-id',
  'removed-member-id',
  'mismatch-member-id',
];

function clusterOf(line: Line): EtcdFields['cluster'] {
  const id = firstText(line, 'local-member-cluster-id', 'cluster-id');
  const remote = textOf(line, 'remote-peer-cluster-id');
  return id === undefined && remote === undefined ? undefined : { id, remote_id: remote };
}

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

/** Sources: server/etcdserver/api/membership/cluster.go, api/rafthttp/{http,stream,util}.go, server.go and corrupt.go of etcd 3.4 to 3.6. */
export const MEMBER_READERS: Readonly<Record<string, Reader>> = {
  'added member': readMember('member_added', CREATION),
  'removed member': readMember('member_removed', DELETION),
  'updated member': readMember('member_updated', CHANGE),
  'promote member': readMember('member_promoted', CHANGE),
  'promoted member': readMember('member_promoted', CHANGE),
  'request cluster ID mismatch': readPeer('cluster_id_mismatch'),
  'request sent was ignored by remote peer due to cluster ID mismatch': readPeer('cluster_id_mismatch'),
  'request sent was ignored due to cluster ID mismatch': readPeer('cluster_id_mismatch'),
  'cluster ID mismatch': readPeer('cluster_id_mismatch'),
  'failed to find remote peer in cluster': readPeer('peer_unknown'),
  'ignored streaming request; ID mismatch': readPeer('peer_unknown'),
  'rejected Raft message to mismatch member': readPeer('peer_unknown'),
  'rejected stream from remote peer because it was removed': readPeer('peer_removed'),
  'rejected Raft message from removed member': readPeer('peer_removed'),
};
