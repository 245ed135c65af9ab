import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import { statusOf } from './client.ts';

const NDJSON = 'application/vnd.elasticsearch+x-ndjson; compatible-with=9';
const JSON_TYPE = 'application/vnd.elasticsearch+json; compatible-with=9';

/** What became of one operation: `status` as HTTP, `error` where Elasticsearch refused it. */
export type ItemResult = {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
};

/** What became of a whole body. `undefined` items: every operation was taken. */
export type BulkResult =
  | { readonly kind: 'answered'; readonly items: readonly ItemResult[] | undefined }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

const Answer = z.object({
  errors: z.boolean(),
  items: z
    .array(
      z.object({
        create: z.object({
          status: z.number(),
          error: z.object({ type: z.string(), reason: z.string().nullish() }).optional(),
        }),
      }),
    )
    .optional(),
});

/** The answer without what nobody reads: ids and shards of a body of 2,000 are 300 kB. */
const FILTER = 'errors,items.create.status,items.create.error.type,items.create.error.reason';

/** Refusals that another try cannot mend: the request itself is wrong. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413]);

/** Sends one body. Never rejects for what the server does: what is not an answer is unavailable (try again) or refused (do not). */
export async function sendBulk(client: Client, body: Buffer, signal: AbortSignal): Promise<BulkResult> {
  try {
    const answer = await client.transport.request(
      // The transport sends a Buffer as it is; its type says text only.
      { method: 'POST', path: '/_bulk', querystring: { filter_path: FILTER }, bulkBody: body as unknown as string },
      { headers: { accept: JSON_TYPE, 'content-type': NDJSON }, maxRetries: 0, signal },
    );
    return read(answer);
  } catch (error) {
    const status = statusOf(error);
    const reason = reasonOf(error, status);
    return status !== undefined && REFUSALS.has(status) ? { kind: 'refused', reason } : { kind: 'unavailable', reason };
  }
}

function read(answer: unknown): BulkResult {
  const checked = Answer.safeParse(answer);
  if (!checked.success) return { kind: 'unavailable', reason: 'the answer to a bulk request cannot be read' };
  const { errors, items } = checked.data;
  if (!errors) return { kind: 'answered', items: undefined };
  return {
    kind: 'answered',
    items: (items ?? []).map(({ create }) => ({ status: create.status, ...failure(create.error) })),
  };
}

const failure = (error: { readonly type: string; readonly reason?: string | null | undefined } | undefined) =>
  error === undefined ? {} : { error: { type: error.type, reason: withoutValues(error.reason ?? '') } };

/** Elasticsearch quotes the document in its reasons; what it quotes may be a secret. */
const withoutValues = (reason: string): string =>
  reason
    .replace(/ in document with id .*$/s, '')
    .replace(/ ?Preview of field's value:.*$/s, '')
    .replace(/'[^']{40,}'/g, "'…'")
    .slice(0, 300);

/** Never the error object itself: it holds the whole request body. */
const reasonOf = (error: unknown, status: number | undefined): string =>
  error instanceof Error ? `${error.name}${status === undefined ? '' : ` ${status}`}` : 'unknown error';
