import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import type { Alert, AlertFields } from '../../model/alert.ts';
import type { Version } from '../../model/episode.ts';

/** Of an alert what stories are made of, and the state of its document, against which its story may be written. */
export type LinkedAlert = Pick<Alert, 'orchestrator'> & {
  readonly event: Pick<Alert['event'], 'id' | 'ingested'>;
  readonly keywarden: { readonly alert: Pick<AlertFields, 'first_seen' | 'last_seen' | 'links' | 'story'> };
  readonly version: Version;
};

export type LinkedPage = {
  readonly alerts: readonly LinkedAlert[];
  /** The place behind which the next page begins; undefined where this one is the last. */
  readonly after: readonly unknown[] | undefined;
};

/** Which alerts may be of one story with others: those that bear one of the links and begin in that time, and those of these stories. */
export type LinkQuery = {
  readonly links: readonly string[];
  readonly stories: readonly string[];
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
};

const PAGE = 2_000;
const PATH = 'keywarden.alert';

/** A page of the alerts that were written since then (RFC 3339), or have one of these ids, in the order of their writing. */
export const changedAlerts = (
  client: Client,
  index: string,
  { since, ids }: { readonly since: string; readonly ids: readonly string[] },
  after: readonly unknown[] | undefined,
  signal: AbortSignal,
): Promise<LinkedPage> =>
  pageOf(
    client,
    index,
    [{ range: { 'event.ingested': { gte: since } } }, { terms: { 'event.id': ids } }],
    { after, sort: [{ 'event.ingested': 'asc' }, { 'event.id': 'asc' }] },
    signal,
  );

/** A page of the alerts that may be of one story with others, whatever their status, silenced ones too. */
export const linkedAlerts = (
  client: Client,
  index: string,
  { links, stories, sinceMs, untilMs }: LinkQuery,
  after: readonly unknown[] | undefined,
  signal: AbortSignal,
): Promise<LinkedPage> => {
  const [gte, lte] = [new Date(sinceMs).toISOString(), new Date(untilMs).toISOString()];
  const near = { range: { [`${PATH}.first_seen`]: { gte, lte } } };
  const linked = { bool: { filter: [{ terms: { [`${PATH}.links`]: links } }, near] } };
  return pageOf(
    client,
    index,
    [linked, { terms: { [`${PATH}.story`]: stories } }],
    { after, sort: [{ [`${PATH}.first_seen`]: 'asc' }, { 'event.id': 'asc' }] },
    signal,
  );
};

/** How many alerts of the index are of each of these stories. */
export async function storySizes(
  client: Client,
  index: string,
  stories: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (stories.length === 0) return new Map();
  const field = `${PATH}.story`;
  const answer = await client.transport.request({
    method: 'POST',
    path: `/${index}/_search`,
    querystring: LENIENT,
    body: {
      size: 0,
      query: { terms: { [field]: stories } },
      aggs: { stories: { terms: { field, size: stories.length } } },
    },
  });
  const { buckets } = Sizes.parse(answer).aggregations?.stories ?? { buckets: [] };
  return new Map(buckets.map(({ key, doc_count: alerts }) => [key, alerts]));
}

const Sizes = z.object({
  aggregations: z
    .object({ stories: z.object({ buckets: z.array(z.object({ key: z.string(), doc_count: z.number() })) }) })
    .optional(),
});

const LENIENT = { ignore_unavailable: true, allow_no_indices: true };
const FIELDS = [
  'event.id',
  'event.ingested',
  'orchestrator.cluster.name',
  ...['first_seen', 'last_seen', 'links', 'story'].map(name => `${PATH}.${name}`),
];

const Source = z.object({
  event: z.object({ id: z.string(), ingested: z.string().optional() }),
  orchestrator: z.custom<Alert['orchestrator']>().optional(),
  keywarden: z.object({
    alert: z.object({
      first_seen: z.string(),
      last_seen: z.string(),
      links: z.array(z.string()).optional(),
      story: z.string().optional(),
    }),
  }),
});
const Hit = z.object({
  _index: z.string(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: z.unknown(),
  sort: z.array(z.unknown()),
});
const Page = z.object({ hits: z.object({ hits: z.array(Hit).default([]) }).prefault({}) });

type Place = { readonly after: readonly unknown[] | undefined; readonly sort: readonly object[] };

async function pageOf(
  client: Client,
  index: string,
  should: readonly object[],
  { after, sort }: Place,
  signal: AbortSignal,
): Promise<LinkedPage> {
  const answer = await client.transport.request(
    {
      method: 'POST',
      path: `/${index}/_search`,
      // Of a shard that does not answer the alerts would seem to be of no story.
      querystring: { ...LENIENT, allow_partial_search_results: false, filter_path: 'hits.hits' },
      body: {
        size: PAGE,
        seq_no_primary_term: true,
        _source: FIELDS,
        query: { bool: { should, minimum_should_match: 1 } },
        sort,
        ...(after === undefined ? {} : { search_after: after }),
      },
    },
    { signal },
  );
  const { hits } = Page.parse(answer).hits;
  return { alerts: hits.flatMap(alertOf), after: hits.length < PAGE ? undefined : hits.at(-1)?.sort };
}

/** A document that somebody has made something else of is none of ours. */
function alertOf({ _index: index, _seq_no: seqNo, _primary_term: primaryTerm, _source }: z.output<typeof Hit>) {
  const source = Source.safeParse(_source);
  return source.success ? [{ ...source.data, version: { index, seqNo, primaryTerm } } as LinkedAlert] : [];
}
