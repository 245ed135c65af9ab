import { services } from './integration.ts';

/** A hit as far as tests look at it. */
export type Hit<T> = { readonly _id: string; readonly _index: string; readonly _source: T };

const PAGE = 10_000;

async function ask(path: string, body?: object, method = 'POST'): Promise<unknown> {
  const answer = await fetch(`${services.elasticsearch}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Number of documents that a search would find now. */
export async function count(index: string): Promise<number> {
  await ask(`/${index}/_refresh?allow_no_indices=true&ignore_unavailable=true`);
  const { count: found } = (await ask(`/${index}/_count?allow_no_indices=true&ignore_unavailable=true`)) as {
    count: number;
  };
  return found;
}

/** All documents of an index, at most 10,000, optionally those of a query. */
export async function documents<T>(index: string, query: object = { match_all: {} }): Promise<readonly Hit<T>[]> {
  await ask(`/${index}/_refresh`);
  const { hits } = (await ask(`/${index}/_search`, { size: PAGE, query })) as { hits: { hits: readonly Hit<T>[] } };
  return hits.hits;
}

/** Makes an index by hand. */
export const create = async (index: string, body: object): Promise<void> => void (await ask(`/${index}`, body, 'PUT'));

/** Changes fields of a document, as an analyst's tool does. */
export const update = async (index: string, id: string, doc: object): Promise<void> =>
  void (await ask(`/${index}/_update/${id}?refresh=true`, { doc }));

type Page = {
  readonly aggregations: { readonly ids: { readonly after_key?: object; readonly buckets: readonly unknown[] } };
};

/** How many documents an index holds and how many ids they have: equal where nothing is there twice, in all its backing indices. */
export async function account(index: string): Promise<{ readonly documents: number; readonly ids: number }> {
  const found = await count(index);
  const sources = [{ id: { terms: { field: 'event.id' } } }];
  let ids = 0;
  for (let after: object | undefined = {}; after !== undefined; ) {
    const composite = { size: PAGE, sources, ...(Object.keys(after).length === 0 ? {} : { after }) };
    const page = (await ask(`/${index}/_search`, { size: 0, aggs: { ids: { composite } } })) as Page;
    ids += page.aggregations.ids.buckets.length;
    after = page.aggregations.ids.after_key;
  }
  return { documents: found, ids };
}

/** Makes an index read-only, as a lifecycle does with an old one. */
export const block = async (index: string): Promise<void> =>
  void (await ask(`/${index}/_block/write`, undefined, 'PUT'));

export const remove = async (index: string): Promise<void> => void (await ask(`/${index}`, undefined, 'DELETE'));

/** Begins a new backing index, as a lifecycle does at night. */
export const rollOver = async (stream: string): Promise<void> => void (await ask(`/${stream}/_rollover`));
