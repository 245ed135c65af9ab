import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import { KeywardenError } from '../../errors.ts';
import type { Evidence } from '../../model/alert.ts';
import type { StoredEpisode, Version } from '../../model/episode.ts';
import { type ItemResult, reasonOf, withoutValues } from './bulk.ts';
import { JSON_TYPE, NDJSON_TYPE } from './client.ts';
import { wellFormed } from './document.ts';

/** One alert to be written: created whole, or updated in what its matches change, if nobody has written it since `version`. */
export type AlertOperation =
  | { readonly kind: 'create'; readonly index: string; readonly id: string; readonly document: object }
  | { readonly kind: 'update'; readonly version: Version; readonly id: string; readonly document: object };

/** What became of one operation. `version` where the document is there. */
export type AlertResult = ItemResult & { readonly index: string | undefined; readonly version: Version | undefined };

export type AlertsResult =
  | { readonly kind: 'answered'; readonly items: readonly AlertResult[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** An alert as the index has it. */
export type StoredAlert = StoredEpisode & { readonly isClosed: boolean };

const Item = z.object({
  status: z.number(),
  _index: z.string().optional(),
  _seq_no: z.number().optional(),
  _primary_term: z.number().optional(),
  error: z.object({ type: z.string(), reason: z.string().nullish() }).optional(),
});
const Answer = z.object({ items: z.array(z.union([z.object({ create: Item }), z.object({ update: Item })])) });

/** Sends operations in one body. Never rejects for what the server does. */
export async function sendAlerts(
  client: Client,
  operations: readonly AlertOperation[],
  signal: AbortSignal,
): Promise<AlertsResult> {
  const bulkBody = operations.map(linesOf).join('');
  try {
    const answer = await client.transport.request(
      { method: 'POST', path: '/_bulk', bulkBody },
      { headers: { accept: JSON_TYPE, 'content-type': NDJSON_TYPE }, maxRetries: 0, signal },
    );
    const { items } = Answer.parse(answer);
    return { kind: 'answered', items: items.map(item => resultOf('create' in item ? item.create : item.update)) };
  } catch (error) {
    return { kind: 'unavailable', reason: reasonOf(error) };
  }
}

function linesOf(operation: AlertOperation): string {
  const { id, document } = operation;
  if (operation.kind === 'create')
    return lines({ create: { _index: operation.index, _id: id, require_alias: true } }, document);
  const { index, seqNo, primaryTerm } = operation.version;
  return lines(
    { update: { _index: index, _id: id, if_seq_no: seqNo, if_primary_term: primaryTerm } },
    { doc: document },
  );
}

const lines = (action: object, document: object): string =>
  `${JSON.stringify(action)}\n${wellFormed(JSON.stringify(document))}\n`;

function resultOf({
  status,
  _index: index,
  _seq_no: seqNo,
  _primary_term: term,
  error,
}: z.output<typeof Item>): AlertResult {
  const version =
    index === undefined || seqNo === undefined || term === undefined ? undefined : versionOf(index, seqNo, term);
  const fault = error === undefined ? {} : { error: { type: error.type, reason: withoutValues(error.reason ?? '') } };
  return { status, index, version: error === undefined ? version : undefined, ...fault };
}

const versionOf = (index: string, seqNo: number, primaryTerm: number): Version => ({ index, seqNo, primaryTerm });

const place = { topic: z.string(), partition: z.number(), offset: z.number(), item: z.number() };
const Source = z.object({
  '@timestamp': z.string(),
  keywarden: z.object({
    alert: z.object({
      status: z.string().optional(),
      key: z.string().optional(),
      suppress: z.number().optional(),
      count: z.number(),
      first_seen: z.string(),
      last_seen: z.string(),
      evidence: z.array(z.custom<Evidence>()).default([]),
      counted: z.array(z.object({ ...place, count: z.number() })).default([]),
      requests: z.array(z.string()).default([]),
    }),
  }),
});
const Hit = z.object({
  _id: z.string(),
  _index: z.string(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: Source,
});

const Documents = z.object({
  docs: z.array(
    z.looseObject({ found: z.boolean().optional(), error: z.looseObject({ type: z.string() }).optional() }),
  ),
});
/** An alert in an index that is gone or closed is gone. */
const GONE: ReadonlySet<string> = new Set(['index_not_found_exception', 'index_closed_exception']);

/** The documents as they are now, without waiting for a refresh; those that are gone are left out. Rejects where Elasticsearch does not answer. */
export async function getAlerts(
  client: Client,
  places: readonly { readonly index: string; readonly id: string }[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StoredAlert>> {
  const body = { docs: places.map(({ index, id }) => ({ _index: index, _id: id, _source: FIELDS })) };
  const answer = await client.transport.request({ method: 'POST', path: '/_mget', body }, { signal });
  const { docs } = Documents.parse(answer);
  // A shard that does not answer would look like an alert that is gone.
  const fault = docs.find(({ error }) => error !== undefined && !GONE.has(error.type))?.error;
  if (fault !== undefined) throw new KeywardenError('ELASTICSEARCH', fault.type);
  const found = docs.filter(doc => doc.found === true).map(doc => storedOf(Hit.parse(doc)));
  return new Map(found.map(alert => [alert.id, alert]));
}

const FIELDS = [
  '@timestamp',
  ...['status', 'key', 'suppress', 'count', 'first_seen', 'last_seen', 'evidence', 'counted', 'requests'].map(
    name => `keywarden.alert.${name}`,
  ),
];

function storedOf({ _id: id, _index, _seq_no, _primary_term, _source: source }: z.output<typeof Hit>): StoredAlert {
  const { status, key = '', suppress = 0 } = source.keywarden.alert;
  return {
    id,
    key,
    suppressMs: suppress * 1_000,
    version: versionOf(_index, _seq_no, _primary_term),
    state: source,
    isClosed: status === 'closed',
  };
}

const Hits = z.array(Hit.extend({ sort: z.array(z.unknown()).optional() })).default([]);
const Page = z.object({ hits: z.object({ hits: Hits }).prefault({}) });
const PAGE = 1_000;

/** The alerts that a further match may raise: of those that are not closed the ones raised last, at most `most`. */
export async function openAlerts(
  client: Client,
  index: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly StoredAlert[]> {
  await refresh(client, index, signal);
  const body = {
    size: most,
    seq_no_primary_term: true,
    _source: FIELDS,
    query: {
      bool: {
        filter: [{ range: { 'keywarden.alert.suppress': { gt: 0 } } }],
        must_not: [{ term: { 'keywarden.alert.status': 'closed' } }],
      },
    },
    sort: [{ 'keywarden.alert.last_seen': 'desc' }],
  };
  return Page.parse(await search(client, index, body, signal)).hits.hits.map(storedOf);
}

/** Hands over the alerts that count matches of a partition from `offset` on, page by page and without their evidence. */
export async function alertsCounting(
  client: Client,
  index: string,
  { topic, partition, offset }: { readonly topic: string; readonly partition: number; readonly offset: number },
  onPage: (alerts: readonly StoredAlert[]) => void,
  signal: AbortSignal,
): Promise<void> {
  await refresh(client, index, signal);
  const path = 'keywarden.alert.counted';
  const filter = [
    { term: { [`${path}.topic`]: topic } },
    { term: { [`${path}.partition`]: partition } },
    { range: { [`${path}.offset`]: { gte: offset } } },
  ];
  const body = {
    size: PAGE,
    seq_no_primary_term: true,
    _source: FIELDS.filter(name => !/\.(requests|evidence)$/.test(name)),
    query: { nested: { path, query: { bool: { filter } } } },
    sort: [{ 'event.id': 'asc' }],
  };
  for (let after: readonly unknown[] | undefined; ; ) {
    const page = { ...body, ...(after === undefined ? {} : { search_after: after }) };
    const { hits } = Page.parse(await search(client, index, page, signal)).hits;
    onPage(hits.map(storedOf));
    after = hits.at(-1)?.sort;
    if (hits.length < PAGE || after === undefined) return;
  }
}

/** Indices that are not there yet hold nothing; a shard that does not answer would look like alerts that are not there. */
const LENIENT = { ignore_unavailable: true, allow_no_indices: true };

const refresh = (client: Client, index: string, signal: AbortSignal): Promise<unknown> =>
  client.transport.request({ method: 'POST', path: `/${index}/_refresh`, querystring: LENIENT }, { signal });

const search = (client: Client, index: string, body: object, signal: AbortSignal): Promise<unknown> =>
  client.transport.request(
    {
      method: 'POST',
      path: `/${index}/_search`,
      querystring: { ...LENIENT, allow_partial_search_results: false, filter_path: 'hits.hits' },
      body,
    },
    { signal },
  );
