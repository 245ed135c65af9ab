import { ELASTICSEARCH } from './integration.ts';

/** A hit as far as tests look at it. */
export type Hit<T> = { readonly _id: string; readonly _index: string; readonly _source: T };

const PAGE = 10_000;

async function ask(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${ELASTICSEARCH}${path}`, {
    method: 'POST',
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
