import { CHANGE, INFO, type Reader, textOf } from './reading.ts';

/** Members that hold different data at one revision: one of them was restored, tampered with, or its disk is broken. */
const readInconsistency: Reader = line => ({
  action: 'data_inconsistent',
  type: INFO,
  outcome: 'failure',
  reason: textOf(line, 'error'),
  etcd: { line: 'maintenance', member: { id: textOf(line, 'follower-peer-id') ?? textOf(line, 'remote-peer-id') } },
});

/** A member that was started to go on alone: what it holds is from now on the cluster. */
const readForced: Reader = line => {
  const id = textOf(line, 'cluster-id');
  return {
    action: 'cluster_forced',
    type: CHANGE,
    outcome: 'success',
    etcd: {
      line: 'member',
      member: { id: textOf(line, 'local-member-id') },
      cluster: id === undefined ? undefined : { id },
    },
  };
};

/** Sources: server/etcdserver/corrupt.go, raft.go, bootstrap.go and embed/etcd.go of etcd 3.4 to 3.6. */
export const INTEGRITY_READERS: Readonly<Record<string, Reader>> = {
  'found different hash values from remote peer': readInconsistency,
  'found hash mismatch': readInconsistency,
  'same compact revision then hashes must match': readInconsistency,
  "revision from follower must be less than or equal to leader's": readInconsistency,
  "compact revision from follower must be less than or equal to leader's": readInconsistency,
  'failed compaction hash check': readInconsistency,
  'Detected compaction hash mismatch': readInconsistency,
  'Detected compaction hash mismatch but cannot identify the corrupted members, so intentionally set the memberID as 0':
    readInconsistency,
  'checkInitialHashKV failed': readInconsistency,
  'forcing restart member': readForced,
};
