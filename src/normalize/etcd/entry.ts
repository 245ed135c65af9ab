import { encryptionOf } from '../../model/encryption.ts';
import type { Field } from './content.ts';
import { message, parseContent, scalar } from './content.ts';
import { keysOf } from './operation.ts';
import { CHANGE, type Line, type Reading, textOf } from './reading.ts';

const MAX_DEPTH = 32;

/**
 * `applyEntryNormal` (debug): a write with its value. Kept are the key, who wrote it and whether the value is encrypted;
 * other entries keep nothing but that. Source: etcd server/etcdserver/server.go, which prints the raft request whole.
 */
export function readEntry(line: Line): Reading {
  const content = parseContent(textOf(line, 'raftReq') ?? '');
  const name = scalar(message(content, 'header') ?? [], 'username');
  const put = firstPut(content, 0);
  const value = put === undefined ? undefined : scalar(put, 'value');
  const { fields, stored } = put === undefined ? { fields: {}, stored: undefined } : keysOf('Put', put);
  return {
    action: 'entry_applied',
    type: CHANGE,
    outcome: 'success',
    user: name,
    stored,
    etcd: {
      line: 'entry',
      key: fields.key,
      registry: fields.registry,
      resources: fields.resources,
      value: value === undefined ? undefined : encryptionOf(value),
      client: name === undefined ? undefined : { common_name: name },
    },
  };
}

/** The write itself, or the first of a transaction. */
function firstPut(fields: readonly Field[], depth: number): readonly Field[] | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const { name, value } of fields) {
    if (typeof value === 'string') continue;
    if (name === 'put' || name === 'request_put') return value;
    const found = firstPut(value, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
