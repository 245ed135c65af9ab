import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import type { Targets } from './body.ts';

/** The most that Elasticsearch gives back of one search (`index.max_result_window`). */
const MAX_HITS = 10_000;
/** Ids asked for at once: room for one that stands in two indices. */
const MAX_IDS = 5_000;

/** What a new search has to see must be refreshed first; indices that are not there yet hold nothing. */
const LENIENT = { ignore_unavailable: true, allow_no_indices: true };

/** A shard that does not answer would look like documents that are not there. */
const WHOLE = { ...LENIENT, allow_partial_search_results: false };

const Hits = z.object({ hits: z.object({ hits: z.array(z.object({ _id: z.string() })).optional() }).optional() });
const Highest = z.object({ aggregations: z.object({ highest: z.object({ value: z.number().nullish() }) }).optional() });

/** The ids among `ids` that events or alerts have already, whatever index a rollover has put them into. Rejects where Elasticsearch does not answer. */
export async function findIndexed(
  client: Client,
  targets: Targets,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const index = Object.values(targets).join(',');
  await refresh(client, index, signal);
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += MAX_IDS) {
    const values = ids.slice(from, from + MAX_IDS);
    const body = { size: MAX_HITS, _source: false, query: { ids: { values } } };
    const { hits } = Hits.parse(await search(client, index, body, 'hits.hits._id', signal));
    for (const { _id } of hits?.hits ?? []) found.add(_id);
  }
  return found;
}

/** The highest offset of a partition that an indexed event came from, or -1. Rejects where Elasticsearch does not answer. */
export async function highestOffset(
  client: Client,
  { kubernetes, etcd }: Targets,
  topic: string,
  partition: number,
  signal: AbortSignal,
): Promise<number> {
  const index = `${kubernetes},${etcd}`;
  await refresh(client, index, signal);
  const filter = [{ term: { 'keywarden.origin.topic': topic } }, { term: { 'keywarden.origin.partition': partition } }];
  const body = {
    size: 0,
    query: { bool: { filter } },
    aggs: { highest: { max: { field: 'keywarden.origin.offset' } } },
  };
  const { aggregations } = Highest.parse(await search(client, index, body, 'aggregations', signal));
  return aggregations?.highest.value ?? -1;
}

const refresh = (client: Client, index: string, signal: AbortSignal): Promise<unknown> =>
  client.transport.request({ method: 'POST', path: `/${index}/_refresh`, querystring: LENIENT }, { signal });

const search = (client: Client, index: string, body: object, filter: string, signal: AbortSignal): Promise<unknown> =>
  client.transport.request(
    { method: 'POST', path: `/${index}/_search`, querystring: { ...WHOLE, filter_path: filter }, body },
    { signal },
  );
