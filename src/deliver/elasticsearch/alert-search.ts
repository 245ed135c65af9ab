import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import { type Alert, LEVELS, type Level, SEVERITY, STATUSES, type Status } from '../../model/alert.ts';
import type { EcsDocument } from '../../model/event.ts';
import type { Targets } from './body.ts';

/** Which alerts are meant; what is undefined does not matter. */
export type AlertQuery = {
  readonly status?: Status | undefined;
  /** This level and worse. */
  readonly level?: Level | undefined;
  /** A rule's id, or a part of its name, capitals aside. */
  readonly rule?: string | undefined;
  /** RFC 3339: last seen since then. */
  readonly since?: string | undefined;
  readonly user?: string | undefined;
  /** The id of a story, or its beginning. */
  readonly story?: string | undefined;
  /** Silenced ones too. */
  readonly silenced?: boolean | undefined;
};

/** An alert and the state of its document, against which it may be changed. */
export type FoundAlert = {
  readonly alert: Alert;
  readonly index: string;
  readonly seqNo: number;
  readonly primaryTerm: number;
};

/** What people are shown of an alert has to be there; the rest is passed on as it is. */
const Document = z.looseObject({
  '@timestamp': z.string(),
  message: z.string(),
  event: z.looseObject({ id: z.string(), severity: z.number().default(0), ingested: z.string().optional() }),
  rule: z.looseObject({ id: z.string(), name: z.string() }),
  keywarden: z.looseObject({
    alert: z.looseObject({
      level: z.enum(LEVELS),
      status: z.enum(STATUSES).default('open'),
      count: z.number(),
      first_seen: z.string(),
      last_seen: z.string(),
      evidence: z.array(z.looseObject({ event_id: z.string(), timestamp: z.string(), message: z.string() })),
    }),
  }),
});

const Hit = z.object({
  _index: z.string(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: Document,
  sort: z.array(z.unknown()).optional(),
});
const Hits = z.array(Hit).default([]);
const Current = z.looseObject({ found: z.boolean() });
const Page = z.object({ hits: z.object({ hits: Hits }).prefault({}) });

/** The alerts that are meant, newest first, at most `limit` (10,000). Rejects where Elasticsearch does not answer. */
export async function searchAlerts(
  client: Client,
  index: string,
  query: AlertQuery,
  limit: number,
): Promise<readonly FoundAlert[]> {
  const sort = [{ 'keywarden.alert.last_seen': 'desc' }, { 'event.id': 'asc' }];
  return (await search(client, index, { query: queryOf(query), sort, size: limit })).map(found);
}

/** The alerts whose ids begin like this, three at most. */
export async function alertsByPrefix(client: Client, index: string, prefix: string): Promise<readonly FoundAlert[]> {
  const exact = await search(client, index, { query: { term: { 'event.id': prefix } }, size: 1 });
  if (exact.length > 0) return exact.map(found);
  return (await search(client, index, { query: { prefix: { 'event.id': { value: prefix } } }, size: 3 })).map(found);
}

/** The alerts of these ids, at most 10,000, as far as they are still in the index. */
export async function alertsOfIds(
  client: Client,
  index: string,
  ids: readonly string[],
): Promise<readonly FoundAlert[]> {
  return (await search(client, index, { query: { terms: { 'event.id': ids } }, size: ids.length })).map(found);
}

/** The alert as it is now, which a search may see a second later; undefined where it is gone. */
export async function alertNow(client: Client, { alert, index }: FoundAlert): Promise<FoundAlert | undefined> {
  const path = `/${index}/_doc/${alert.event.id}`;
  const answer = Current.parse(await client.transport.request({ method: 'GET', path }, { ignore: [404] }));
  return answer.found ? found(Hit.parse(answer)) : undefined;
}

/** Alerts that were written from `ingested` on, in that order. `after`: the place behind which a page begins. */
export async function alertsWritten(
  client: Client,
  index: string,
  query: AlertQuery,
  {
    ingested,
    after,
    size,
  }: { readonly ingested: string; readonly after?: readonly unknown[] | undefined; readonly size: number },
): Promise<{ readonly alerts: readonly Alert[]; readonly after: readonly unknown[] | undefined }> {
  const written = { range: { 'event.ingested': { gte: ingested } } };
  const hits = await search(client, index, {
    query: { bool: { filter: [queryOf(query), written] } },
    sort: [{ 'event.ingested': 'asc' }, { 'event.id': 'asc' }],
    size,
    ...(after === undefined ? {} : { search_after: after }),
  });
  return { alerts: hits.map(hit => found(hit).alert), after: hits.at(-1)?.sort };
}

/** The alerts that were written last, the latest first. */
export async function latestAlerts(
  client: Client,
  index: string,
  query: AlertQuery,
  size: number,
): Promise<readonly Alert[]> {
  const sort = [{ 'event.ingested': { order: 'desc', missing: '_last' } }];
  return (await search(client, index, { query: queryOf(query), sort, size })).map(hit => found(hit).alert);
}

/** The events of these ids, as far as they are still in the index. */
export async function eventsOf(
  client: Client,
  { kubernetes, etcd }: Targets,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EcsDocument>> {
  const answer = await client.transport.request({
    method: 'POST',
    path: `/${kubernetes},${etcd}/_search`,
    querystring: LENIENT,
    body: { size: 2 * ids.length, query: { ids: { values: ids } } },
  });
  const { hits } = Events.parse(answer).hits;
  return new Map(hits.map(({ _id, _source }) => [_id, _source]));
}

const Events = z.object({
  hits: z.object({ hits: z.array(z.object({ _id: z.string(), _source: z.custom<EcsDocument>() })) }),
});

const LENIENT = { ignore_unavailable: true, allow_no_indices: true };

async function search(client: Client, index: string, body: object): Promise<z.output<typeof Hits>> {
  const answer = await client.transport.request({
    method: 'POST',
    path: `/${index}/_search`,
    body: { seq_no_primary_term: true, ...body },
  });
  return Page.parse(answer).hits.hits;
}

const found = ({ _index, _seq_no, _primary_term, _source }: z.output<typeof Hits>[number]): FoundAlert => ({
  // What the schema does not look at is as `run` wrote it.
  alert: _source as unknown as Alert,
  index: _index,
  seqNo: _seq_no,
  primaryTerm: _primary_term,
});

function queryOf({ status, level, rule, since, user, story, silenced = false }: AlertQuery): object {
  const filter: object[] = [];
  if (status !== undefined) filter.push({ term: { 'keywarden.alert.status': status } });
  if (level !== undefined) filter.push({ range: { 'event.severity': { gte: SEVERITY[level] } } });
  if (since !== undefined) filter.push({ range: { 'keywarden.alert.last_seen': { gte: since } } });
  if (rule !== undefined) filter.push(either({ term: { 'rule.id': rule } }, containing('rule.name', rule)));
  if (user !== undefined) filter.push(either({ term: { 'user.name': user } }, { term: { 'related.user': user } }));
  if (story !== undefined) filter.push({ prefix: { 'keywarden.alert.story': { value: story } } });
  const hidden = silenced ? [] : [{ exists: { field: 'keywarden.alert.silenced.name' } }];
  return { bool: { filter, must_not: hidden } };
}

const either = (...should: readonly object[]): object => ({ bool: { should, minimum_should_match: 1 } });

const containing = (field: string, text: string): object => ({
  wildcard: { [field]: { value: `*${text.replace(/[\\*?]/g, '\\$&')}*`, case_insensitive: true } },
});
