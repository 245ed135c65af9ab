import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import type { EcsDocument } from '../../model/event.ts';
import type { Targets } from './body.ts';

/** Documents of a page: bodies may be large, and a page is held whole. */
const PAGE = 1_000;
/** How long Elasticsearch keeps the point in time from one page to the next. */
const KEEP_ALIVE = '5m';

const PointInTime = z.looseObject({ id: z.string() });
const Page = z.looseObject({
  pit_id: z.string(),
  hits: z.looseObject({
    hits: z.array(
      z.looseObject({
        _id: z.string(),
        // What `run` wrote.
        _source: z.custom<EcsDocument>(source => typeof source === 'object' && source !== null),
        sort: z.array(z.unknown()),
      }),
    ),
  }),
});

export type StoredEvent = { readonly id: string; readonly document: EcsDocument };

/**
 * The events of both data streams from `since` (RFC 3339) on, in the order of their times, page by page and as they were
 * when the reading began. Rejects where Elasticsearch does not answer.
 */
export async function* eventPages(
  client: Client,
  { kubernetes, etcd }: Targets,
  since: string,
): AsyncGenerator<readonly StoredEvent[]> {
  let { id } = PointInTime.parse(
    await client.transport.request({
      method: 'POST',
      path: `/${kubernetes},${etcd}/_pit`,
      querystring: { ignore_unavailable: true, keep_alive: KEEP_ALIVE },
    }),
  );
  try {
    let after: readonly unknown[] | undefined;
    for (;;) {
      const body = {
        size: PAGE,
        track_total_hits: false,
        pit: { id, keep_alive: KEEP_ALIVE },
        query: { range: { '@timestamp': { gte: since } } },
        sort: [{ '@timestamp': 'asc' }, { _shard_doc: 'asc' }],
        ...(after === undefined ? {} : { search_after: after }),
      };
      const page = Page.parse(await client.transport.request({ method: 'POST', path: '/_search', body }));
      id = page.pit_id;
      const { hits } = page.hits;
      yield hits.map(({ _id, _source }) => ({ id: _id, document: _source }));
      after = hits.at(-1)?.sort;
      if (hits.length < PAGE || after === undefined) return;
    }
  } finally {
    await client.transport.request({ method: 'DELETE', path: '/_pit', body: { id } }, { ignore: [404] });
  }
}
