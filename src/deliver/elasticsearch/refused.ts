import { hash } from 'node:crypto';
import { z } from 'zod';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Origin } from '../../model/record.ts';
import type { ItemResult } from './bulk.ts';
import { wellFormed } from './document.ts';

const NEWLINE = 0x0a;

/**
 * What to try after Elasticsearch refused a document: first the same serialised anew, which mends what splicing let
 * through (duplicate keys); then its bodies as text, since a body is the attacker's and must not keep the event out of
 * the index. Undefined where nothing is left to try.
 */
export function nextTry(lines: Buffer): Buffer | undefined {
  try {
    return anotherWay(lines);
  } catch (error) {
    // Nesting that no serialiser follows: the attacker's.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function anotherWay(lines: Buffer): Buffer | undefined {
  const split = lines.indexOf(NEWLINE) + 1;
  const text = lines.subarray(split, -1).toString();
  const document = JSON.parse(text) as Refused;
  const anew = wellFormed(JSON.stringify(document));
  const next = anew === text ? bodiesAsText(document) : anew;
  return next === undefined ? undefined : Buffer.concat([lines.subarray(0, split), Buffer.from(`${next}\n`)]);
}

type Refused = {
  readonly keywarden?: { readonly request?: unknown };
  readonly kubernetes?: { readonly audit?: { readonly requestObject?: unknown; readonly responseObject?: unknown } };
};

/** The bodies move, as JSON text, to a field that is stored and not indexed. */
function bodiesAsText({ keywarden, kubernetes, ...document }: Refused): string | undefined {
  const { request, ...own } = keywarden ?? {};
  const { requestObject, responseObject, ...audit } = kubernetes?.audit ?? {};
  if (requestObject === undefined && responseObject === undefined) return undefined;
  const bodies = JSON.stringify({ requestObject, responseObject, request });
  return wellFormed(
    JSON.stringify({ ...document, keywarden: { ...own, bodies }, kubernetes: { ...kubernetes, audit } }),
  );
}

const OriginOf = z.object({
  '@timestamp': z.string(),
  keywarden: z.object({
    origin: z.custom<Origin>().optional(),
    alert: z.object({ evidence: z.array(z.object({ origin: z.custom<Origin>() })) }).optional(),
  }),
});

/** The document of an operation's two lines. */
export const documentIn = (lines: Buffer): Buffer => lines.subarray(lines.indexOf(NEWLINE) + 1, -1);

/** The dead letter of a document that Elasticsearch refuses for its content. */
export function refusedDocument(document: Buffer, reason: string): DeadLetter {
  const { keywarden, '@timestamp': timestamp } = OriginOf.parse(JSON.parse(document.toString()));
  const origin = keywarden.origin ?? keywarden.alert?.evidence[0]?.origin ?? { file: 'unknown', line: 0 };
  return {
    '@timestamp': timestamp,
    stage: 'deliver',
    reason,
    origin,
    sha256: hash('sha256', document, 'hex'),
    size: document.length,
  };
}

/** 400 is the document's fault. 401, 403, 404 are the installation's: waiting for it to be mended loses nothing. */
export const isRefusal = ({ status, error }: ItemResult): boolean =>
  status === 400 && !INSTALLATION.has(error?.type ?? '');

/** Answered with 400 although the document is not at fault: a closed index, the limit of shards. */
const INSTALLATION: ReadonlySet<string> = new Set(['index_closed_exception', 'validation_exception']);

/** Why an operation was not done. */
export const refusalReason = ({ status, error }: ItemResult): string =>
  error === undefined ? `status ${status}` : `${error.type}: ${error.reason}`;
