import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { encryptionOf } from '../model/encryption.ts';
import type { RevisionRecord, WatchSource } from '../model/revision.ts';
import type { KeyValue, WatchEvent } from './client.ts';

/** What is known of an event besides itself. */
export type Circumstances = {
  readonly source: WatchSource;
  readonly after: string | undefined;
  readonly hashKey: string | undefined;
  /** Of a deletion of a key with a lease. */
  readonly leaseEnded: boolean | undefined;
};

/** Bytes of a value that tell how it is encrypted: prefix, provider, version and the name of the key. */
const BEGINNING = 200;
const NO_LEASE = '0';

/** What is told of one key at one revision; the value stays behind. */
export function recordOf({ type, kv, prev_kv }: WatchEvent, circumstances: Circumstances): RevisionRecord {
  const { source, after, hashKey, leaseEnded } = circumstances;
  const isPut = type === 'PUT';
  // A deletion tells of itself but the key and the revision.
  const described = isPut ? kv : prev_kv;
  return {
    type: 'revision',
    ...source,
    revision: Number(kv.mod_revision),
    ...keyOf(kv.key),
    operation: isPut ? 'put' : 'delete',
    after,
    ...(described === null ? {} : describe(described)),
    previous_revision: prev_kv === null ? undefined : Number(prev_kv.mod_revision),
    key_size: kv.key.length,
    ...(isPut ? contentOf(kv.value, hashKey) : {}),
    lease_ended: leaseEnded,
  };
}

const keyOf = (key: Buffer): Pick<RevisionRecord, 'key' | 'key_base64'> =>
  isUtf8(key) ? { key: key.toString('utf8') } : { key_base64: key.toString('base64') };

const describe = ({ create_revision, version, lease, value }: KeyValue) => ({
  create_revision: Number(create_revision),
  version: Number(version),
  lease: lease === NO_LEASE ? undefined : lease,
  value_size: value.length,
});

function contentOf(value: Buffer, hashKey: string | undefined) {
  const { encrypted, provider, key_id } = encryptionOf(value.toString('latin1', 0, BEGINNING));
  const hash = hashKey === undefined ? undefined : createHmac('sha256', hashKey).update(value).digest('base64url');
  return { value_hash: hash, encrypted, provider, key_id };
}
