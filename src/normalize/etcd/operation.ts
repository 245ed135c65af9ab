import type { EtcdFields } from '../../model/event.ts';
import { type Field, message, scalar } from './content.ts';
import { intervalOf, spanOf } from './interval.ts';
import { printableKey } from './printable.ts';
import { reachesRegistry, type Stored, storedAt, typesReached } from './registry.ts';
import { createsKey, isLikeApiServer, isNested } from './transaction.ts';

const MAX_KEYS = 64;
const MAX_OPERATIONS = 1_000;

/** What a request does to which keys, in the fields of the event. */
export type Keys = { readonly fields: Partial<EtcdFields>; readonly stored: Stored | undefined };

type Operation = { readonly kind: 'read' | 'write' | 'delete'; readonly fields: readonly Field[] };

const NONE: Keys = { fields: {}, stored: undefined };

/** Reads the content of a request that names keys: `Range`, `Put`, `DeleteRange`, `Txn` or `Watch`. */
export function keysOf(method: string, content: readonly Field[]): Keys {
  if (content.length === 0) return NONE;
  if (SINGLE.has(method)) return single(content);
  return method === 'Txn' ? transaction(content) : NONE;
}

const SINGLE: ReadonlySet<string> = new Set(['Range', 'Put', 'DeleteRange', 'Watch']);

function single(fields: readonly Field[]): Keys {
  const { key, range_end, key_span, registry, resources, stored } = spanned(fields);
  return {
    fields: {
      key,
      range_end,
      key_span,
      registry,
      resources,
      keys_only: flag(fields, 'keys_only'),
      count_only: flag(fields, 'count_only'),
      serializable: flag(fields, 'serializable'),
      limit: number(fields, 'limit'),
      revision: number(fields, 'revision'),
      lease: scalar(fields, 'lease'),
    },
    stored,
  };
}

function transaction(content: readonly Field[]): Keys {
  const compares = message(content, 'compare') ?? [];
  const operations = [...branch(content, 'success', 0), ...branch(content, 'failure', 0)].slice(0, MAX_OPERATIONS);
  const main = operations.find(({ kind }) => kind !== 'read') ?? operations[0];
  const spans = operations.map(({ fields }) => spanned(fields));
  const first = spanned(main?.fields ?? compares);
  const kinds = new Set(operations.map(({ kind }) => kind));
  const isLike = isLikeApiServer(content);
  return {
    fields: {
      operation: kinds.has('delete') ? 'delete' : kinds.has('write') ? 'write' : 'read',
      key: first.key,
      range_end: first.range_end,
      key_span: first.key_span,
      keys: distinctKeys(compares, operations),
      registry: first.registry === true || spans.some(({ registry }) => registry === true),
      resources: [...new Set([first, ...spans].flatMap(({ resources }) => resources ?? []))],
      txn: {
        guarded: compares.length > 0,
        operations: operations.length,
        like_api_server: isLike,
        nested: isNested(content) ? true : undefined,
      },
      creates: isLike === true && kinds.has('write') ? createsKey(content) : undefined,
      lease: main === undefined ? undefined : scalar(main.fields, 'lease'),
    },
    stored: first.stored,
  };
}

const REQUESTS: ReadonlyMap<string, Operation['kind']> = new Map([
  ['request_range', 'read'],
  ['request_put', 'write'],
  ['request_delete_range', 'delete'],
]);
const MAX_NESTING = 8;

/** The operations of a branch, those of nested transactions among them. */
function branch(content: readonly Field[], name: string, depth: number): readonly Operation[] {
  if (depth > MAX_NESTING) return [];
  return (message(content, name) ?? []).flatMap(({ name: request, value }): readonly Operation[] => {
    if (typeof value === 'string') return [];
    const kind = REQUESTS.get(request);
    if (kind !== undefined) return [{ kind, fields: value }];
    return request === 'request_txn'
      ? [...branch(value, 'success', depth + 1), ...branch(value, 'failure', depth + 1)]
      : [];
  });
}

function distinctKeys(compares: readonly Field[], operations: readonly Operation[]): readonly string[] {
  const compared = compares.flatMap(({ name, value }) => (name === 'key' && typeof value === 'string' ? [value] : []));
  const touched = operations.flatMap(({ fields }) => scalar(fields, 'key') ?? []);
  return [...new Set([...compared, ...touched])].slice(0, MAX_KEYS).map(printableKey);
}

type Spanned = Pick<EtcdFields, 'key' | 'range_end' | 'key_span' | 'registry' | 'resources'> & {
  readonly stored: Stored | undefined;
};

function spanned(fields: readonly Field[]): Spanned {
  const key = scalar(fields, 'key') ?? '';
  const rangeEnd = scalar(fields, 'range_end') ?? '';
  const interval = intervalOf(key, rangeEnd);
  const registry = reachesRegistry(interval);
  const stored = registry ? storedAt(interval) : undefined;
  return {
    key: printableKey(key),
    range_end: rangeEnd === '' ? undefined : printableKey(rangeEnd),
    key_span: spanOf(key, rangeEnd),
    registry,
    resources: !registry ? undefined : stored === undefined ? typesReached(interval) : [stored.type],
    stored,
  };
}

const flag = (fields: readonly Field[], name: string): boolean | undefined =>
  scalar(fields, name) === 'true' ? true : undefined;

function number(fields: readonly Field[], name: string): number | undefined {
  const text = scalar(fields, name);
  const value = Number(text);
  return text === undefined || !Number.isSafeInteger(value) ? undefined : value;
}
