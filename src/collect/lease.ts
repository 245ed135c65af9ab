import { setTimeout as sleep } from 'node:timers/promises';
import { KeywardenError } from '../errors.ts';
import type { WatchEvent } from './client.ts';

/** Whether a lease is alive. */
export type HasLease = (lease: string) => Promise<boolean>;

/** A member may tell of the end of a lease before the leader, which knows of its life, has come to it. */
const LEADER_MS = 100;
const NO_LEASE = '0';

/**
 * Whether a lease ended with this revision, undefined where etcd does not say: the end of a lease deletes all of its keys and
 * nothing else. Source: etcd server/lease/lessor.go, Revoke. Whether its time was over or somebody revoked it looks the same.
 */
export async function leaseEnded(events: readonly WatchEvent[], hasLease: HasLease): Promise<boolean | undefined> {
  const leases = new Set(events.map(leaseOf));
  const [lease] = leases;
  if (leases.size !== 1 || lease === undefined) return false;
  try {
    if (!(await hasLease(lease))) return true;
    await sleep(LEADER_MS);
    return !(await hasLease(lease));
  } catch (error) {
    // What was cut off by a stop is told whole by whoever goes on.
    if (!(error instanceof KeywardenError)) throw error;
    // The watch shows by itself whether the member is gone.
    return undefined;
  }
}

/** The lease of the key that was deleted, if it had one. */
export const leaseOf = ({ type, prev_kv }: WatchEvent): string | undefined =>
  type === 'DELETE' && prev_kv !== null && prev_kv.lease !== NO_LEASE ? prev_kv.lease : undefined;
