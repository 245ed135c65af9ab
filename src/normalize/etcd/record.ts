import { isFields } from '../audit.ts';
import { utc } from '../time.ts';
import type { Field } from './content.ts';
import { countOf, type Line, type Reading, textOf } from './reading.ts';
import { addressOf, readCall } from './request.ts';
import { statusOf } from './status.ts';
import { UNTOLD } from './transaction.ts';

const NAME = /^[\w.]{1,100}$/;
const TEXTS = ['remote', 'key', 'key_text', 'range_end', 'range_end_text', 'common_name'] as const;
const MAX_OPERATIONS = 1_000;

/**
 * A call to etcd as a proxy or a probe has seen it, in Keywarden's own form (docs/events.md, `etcd_request`): the same
 * fields as those of `request stats`. A text says what is wrong with it.
 */
export function readRecord(record: Line): Reading | string {
  const service = textOf(record, 'service');
  const method = textOf(record, 'method');
  if (service === undefined || !NAME.test(service))
    return 'etcd_request.service: expected a name such as etcdserverpb.KV';
  if (method === undefined || !NAME.test(method)) return 'etcd_request.method: expected a name such as Range';
  for (const name of TEXTS) {
    if (record[name] !== undefined && textOf(record, name) === undefined) return `etcd_request.${name}: expected text`;
  }
  const commonName = textOf(record, 'common_name');
  const rpc = { service: service.slice(service.lastIndexOf('.') + 1), method };
  return readCall(rpc, method === 'Txn' ? transaction(record) : contentOf(record), {
    message: 'etcd request',
    ...statusOf(record['status']),
    start: utc(record['time']),
    duration: countOf(record, 'duration_ns'),
    source: addressOf(textOf(record, 'remote')),
    user: commonName,
    client: commonName === undefined ? undefined : { common_name: commonName },
    request: { size: countOf(record, 'request_size') },
    response: { size: countOf(record, 'response_size'), count: countOf(record, 'response_count') },
  });
}

const SCALARS = ['limit', 'revision', 'lease', 'keys_only', 'count_only', 'serializable'] as const;

/** The request's message, as `request stats` shows it. */
function contentOf(record: Line): readonly Field[] {
  const fields: Field[] = [];
  for (const name of ['key', 'range_end'] as const) {
    const value = bytesOf(record, name);
    if (value !== undefined) fields.push({ name, value });
  }
  if (fields.length === 0) return fields;
  for (const name of SCALARS) if (isScalar(record[name])) fields.push({ name, value: String(record[name]) });
  return fields;
}

/** Base64, or with `_text` behind the name plain text. */
function bytesOf(record: Line, name: string): string | undefined {
  const text = textOf(record, `${name}_text`);
  if (text !== undefined) return Buffer.from(text).toString('latin1');
  const packed = textOf(record, name);
  return packed === undefined ? undefined : Buffer.from(packed, 'base64').toString('latin1');
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const REQUESTS: ReadonlyMap<unknown, string> = new Map([
  ['Range', 'request_range'],
  ['Put', 'request_put'],
  ['DeleteRange', 'request_delete_range'],
]);

/** `operations` are what the transaction does in either branch, `guarded` whether it compares before. */
function transaction(record: Line): readonly Field[] {
  const { operations, guarded } = record;
  if (!Array.isArray(operations)) return [];
  const success = operations.slice(0, MAX_OPERATIONS).flatMap((operation): readonly Field[] => {
    const request = isFields(operation) ? REQUESTS.get(operation['method']) : undefined;
    return request === undefined ? [] : [{ name: request, value: contentOf(operation) }];
  });
  // Which keys are compared is not told, only that some are.
  const compare: readonly Field[] = guarded === true ? [{ name: 'target', value: UNTOLD }] : [];
  return [
    { name: 'compare', value: compare },
    { name: 'success', value: success },
  ];
}
