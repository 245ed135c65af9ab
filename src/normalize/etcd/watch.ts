import type { EtcdFields } from '../../model/event.ts';
import { identify } from '../../model/identity.ts';
import type { CollectorAction } from '../../model/revision.ts';
import { utc } from '../time.ts';
import { keysOf } from './operation.ts';
import { CHANGE, CREATION, countOf, DELETION, INFO, type Line, type Reading, textOf } from './reading.ts';

const ID = /^[0-9a-f]{1,16}$/;
const ERROR: readonly string[] = ['error'];
const TYPES = ['revision', 'progress', 'collector'];

/**
 * A record of the collector (docs/collector.md): a key at a revision, or what the collector says of itself. Undefined for
 * progress, which is no event. A text says what is wrong.
 */
export function readWatch(record: Line, cluster: string | undefined): Reading | string | undefined {
  const { type } = record;
  if (type === 'progress') return undefined;
  const source = sourceOf(record);
  if (source === undefined) return 'etcd_watch: expected cluster_id in hex, and the numbers history and revision';
  if (type === 'revision') return readRevision(record, source, cluster);
  if (type === 'collector') return readCollector(record, source, cluster);
  return `etcd_watch.type: expected ${TYPES.join(', ')}`;
}

type Source = {
  readonly id: string;
  readonly member: string | undefined;
  readonly history: number;
  readonly revision: number;
};

function sourceOf(record: Line): Source | undefined {
  const id = textOf(record, 'cluster_id');
  const member = textOf(record, 'member_id');
  const { history, revision } = record;
  if (id === undefined || !ID.test(id) || !Number.isSafeInteger(history) || !Number.isSafeInteger(revision))
    return undefined;
  return {
    id,
    member: member !== undefined && ID.test(member) ? member : undefined,
    history: history as number,
    revision: revision as number,
  };
}

function readRevision(record: Line, source: Source, cluster: string | undefined): Reading | string {
  const { operation } = record;
  const key = keyOf(record);
  if (operation !== 'put' && operation !== 'delete') return 'etcd_watch.operation: expected put or delete';
  if (key === undefined) return 'etcd_watch: expected key, or key_base64';
  const version = countOf(record, 'version');
  const ended = flagOf(record, 'lease_ended');
  const { fields, stored } = keysOf('Put', [{ name: 'key', value: key }]);
  return {
    id: identify('etcd_revision', cluster, source.id, String(source.history), String(source.revision), key),
    action: operation === 'delete' && ended === true ? 'expire' : operation,
    type: operation === 'delete' ? DELETION : version === 1 ? CREATION : CHANGE,
    outcome: 'success',
    start: utc(record['after']),
    end: utc(record['seen']),
    message: 'etcd revision',
    stored,
    etcd: {
      ...fields,
      ...watched('revision', source),
      operation: operation === 'put' ? 'write' : 'delete',
      create_revision: countOf(record, 'create_revision'),
      version,
      creates: operation === 'delete' || version === undefined ? undefined : version === 1,
      previous_revision: countOf(record, 'previous_revision'),
      lease: textOf(record, 'lease'),
      lease_ended: ended,
      key_size: countOf(record, 'key_size'),
      value: storedValue(record),
    },
  };
}

/** As binary text. */
function keyOf(record: Line): string | undefined {
  const text = textOf(record, 'key');
  if (text !== undefined) return Buffer.from(text).toString('latin1');
  const packed = textOf(record, 'key_base64');
  return packed === undefined ? undefined : Buffer.from(packed, 'base64').toString('latin1');
}

function storedValue(record: Line): EtcdFields['value'] {
  const size = countOf(record, 'value_size');
  const encrypted = flagOf(record, 'encrypted');
  if (size === undefined && encrypted === undefined) return undefined;
  return {
    size,
    hash: textOf(record, 'value_hash'),
    encrypted,
    provider: textOf(record, 'provider'),
    key_id: textOf(record, 'key_id'),
  };
}

function flagOf(record: Line, name: string): boolean | undefined {
  const value = record[name];
  return typeof value === 'boolean' ? value : undefined;
}

type Said = {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly before: string;
  readonly source: Source;
};

/** What the collector says, in words. */
const MESSAGES: Readonly<Record<CollectorAction, (said: Said) => string>> = {
  collection_began: ({ source }) => `the collector began to watch etcd ${source.id} after revision ${source.revision}`,
  revisions_lost: ({ from, to, source }) =>
    `etcd ${source.id} compacted the revisions ${from} to ${to} before the collector had seen them`,
  cluster_replaced: ({ source, before }) => `the collector finds etcd ${source.id} in the place of ${before}`,
  revision_went_back: ({ from, to, source }) => `etcd ${source.id} went back from revision ${from} to ${to}`,
  history_changed: ({ source }) => `revision ${source.revision} of etcd ${source.id} is not the write that it was`,
};

function readCollector(record: Line, source: Source, cluster: string | undefined): Reading | string {
  const { action } = record;
  if (!isAction(action)) return `etcd_watch.action: expected ${Object.keys(MESSAGES).join(', ')}`;
  const [from, to] = [countOf(record, 'from'), countOf(record, 'to')];
  const previous = textOf(record, 'previous_cluster_id');
  const before = previous !== undefined && ID.test(previous) ? previous : undefined;
  const isLoss = action === 'revisions_lost';
  // Of two collectors of one etcd each may find another revision when it finds another history.
  const which = isLoss ? `${from}-${to}` : action === 'collection_began' ? String(source.revision) : before;
  return {
    id: identify('etcd_collector', cluster, source.id, String(source.history), action, which),
    kind: isLoss ? 'pipeline_error' : 'event',
    action,
    type: isLoss ? ERROR : INFO,
    outcome: isLoss ? 'unknown' : 'success',
    start: utc(record['after']),
    end: utc(record['seen']),
    message: MESSAGES[action]({ from, to, before: before ?? 'another', source }),
    etcd: {
      ...watched('collector', source),
      cluster: { id: source.id, previous_id: before },
      revisions: from === undefined || to === undefined ? undefined : { from, to },
    },
  };
}

const isAction = (action: unknown): action is CollectorAction =>
  typeof action === 'string' && Object.hasOwn(MESSAGES, action);

const watched = (line: 'revision' | 'collector', { id, member, history, revision }: Source) => ({
  line,
  cluster: { id },
  member: member === undefined ? undefined : { id: member },
  history,
  revision,
});
