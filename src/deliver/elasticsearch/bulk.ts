import type { Client } from '@elastic/elasticsearch';
import { z } from 'zod';
import { JSON_TYPE, NDJSON_TYPE, statusOf } from './client.ts';

/** What became of one operation: `status` as HTTP, `error` where Elasticsearch refused it. */
export type ItemResult = {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
};

/** What became of a whole body. `undefined` items: every operation was taken. */
export type BulkResult =
  | { readonly kind: 'answered'; readonly items: readonly ItemResult[] | undefined }
  /** `taken` says whether the server may have written some of it all the same. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly taken: 'no' | 'perhaps' }
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
const THROTTLED = 429;

/** Sends one body. Never rejects for what the server does: what is not an answer is unavailable (try again) or refused (do not). */
export async function sendBulk(client: Client, body: Buffer, signal: AbortSignal): Promise<BulkResult> {
  try {
    const answer = await client.transport.request(
      // The transport sends a Buffer as it is; its type says text only.
      { method: 'POST', path: '/_bulk', querystring: { filter_path: FILTER }, bulkBody: body as unknown as string },
      { headers: { accept: JSON_TYPE, 'content-type': NDJSON_TYPE }, maxRetries: 0, signal },
    );
    return read(answer);
  } catch (error) {
    const status = statusOf(error);
    const reason = reasonOf(error);
    if (status !== undefined && REFUSALS.has(status)) return { kind: 'refused', reason };
    return { kind: 'unavailable', reason, taken: status === THROTTLED ? 'no' : 'perhaps' };
  }
}

const UNREADABLE: BulkResult = {
  kind: 'unavailable',
  reason: 'the answer to a bulk request cannot be read',
  taken: 'perhaps',
};

function read(answer: unknown): BulkResult {
  const checked = Answer.safeParse(answer);
  if (!checked.success) return UNREADABLE;
  const { errors, items } = checked.data;
  if (!errors) return { kind: 'answered', items: undefined };
  return {
    kind: 'answered',
    items: (items ?? []).map(({ create }) => ({ status: create.status, ...failure(create.error) })),
  };
}

const failure = (error: { readonly type: string; readonly reason?: string | null | undefined } | undefined) =>
  error === undefined ? {} : { error: { type: error.type, reason: withoutValues(error.reason ?? '') } };

/** What of a reason names a field and never its value. */
const NAMED_FIELD = /field \[[\w.@/-]{1,200}\] of type \[\w{1,40}\]|object mapping for \[[\w.@/-]{1,200}\]/;

/** Elasticsearch quotes the document in its reasons, in brackets too; what it quotes may be a secret. */
export const withoutValues = (reason: string): string =>
  NAMED_FIELD.exec(reason)?.[0] ?? reason.replace(/[[{(<'"`:].*$/s, '…').slice(0, MAX_REASON);

const MAX_REASON = 200;

/** Never the error object itself: it holds the whole request body. */
export function reasonOf(error: unknown): string {
  const status = statusOf(error);
  return error instanceof Error ? `${error.name}${status === undefined ? '' : ` ${status}`}` : 'unknown error';
}
