import type { Envelope } from '../../model/event.ts';
import { type Fields, isFields } from '../audit.ts';
import { consoleLine } from '../etcd/console.ts';
import { parsed } from '../parsed.ts';
import { isMerged, type Kind, kindOf } from '../recognise.ts';
import { openAzure } from './azure.ts';
import { openAwsLogs, openCloudWatch } from './cloudwatch.ts';
import { openCri } from './cri.ts';
import { type Inner, type Opened, type Opener, openedList, TOO_MANY } from './envelope.ts';
import { openGke } from './gke.ts';
import { openList } from './list.ts';
import { type Budget, budget, isPacked, packedIn, unpacked } from './packed.ts';
import { openMerged, openShipper } from './shipper.ts';

const MAX_DEPTH = 6;
const MAX_PIECES = 100_000;

/** The most telling first: what a cloud wraps has a form of its own, a shipper's is guessed by a field. */
const OPENERS: readonly Opener[] = [openList, openCloudWatch, openAwsLogs, openAzure, openGke, openShipper];

/** What envelopes say of what they hold, the inner ones before the outer. */
type Around = {
  readonly kinds: readonly Envelope[];
  readonly time: number | undefined;
  readonly cluster: string | undefined;
  readonly position: string | undefined;
  readonly listed: boolean;
};

/** One event of a record, or why there is none at its place. */
export type Piece = Around & {
  readonly found:
    | { readonly kind: Kind; readonly value: Fields; readonly text: string | undefined }
    | { readonly fault: string };
};

/** The reason for a record that is no JSON at all. */
export const NOT_JSON = 'not valid JSON';

const OUTSIDE: Around = { kinds: [], time: undefined, cluster: undefined, position: undefined, listed: false };

/** The budget is of all that a record holds packed, so that many small bombs are no better than one. */
type Walk = { readonly pieces: Piece[]; readonly budget: Budget };

/**
 * Everything that a record holds, in its order: envelopes are opened to a depth of 6, unpacked to 32 MiB, and to 100,000
 * pieces, else the record is one fault. Nothing at all is what a cloud sends to try the way.
 */
export function unwrap(content: unknown): readonly Piece[] {
  const walk: Walk = { pieces: [], budget: budget() };
  step(content, OUTSIDE, 0, walk);
  return walk.pieces.length > MAX_PIECES ? [failed(OUTSIDE, TOO_MANY)] : walk.pieces;
}

function step(content: unknown, around: Around, depth: number, walk: Walk): void {
  if (walk.pieces.length > MAX_PIECES) return;
  if (depth > MAX_DEPTH) walk.pieces.push(failed(around, 'wrapped too often'));
  else if (typeof content === 'string') stepText(content, around, depth, walk);
  else if (Buffer.isBuffer(content)) stepBytes(content, around, depth, walk);
  else if (Array.isArray(content)) stepList(content, around, depth, walk);
  else if (isFields(content)) stepObject(content, around, depth, walk);
  else walk.pieces.push(failed(around, 'expected a JSON object'));
}

function stepText(raw: string, around: Around, depth: number, walk: Walk): void {
  const text = raw.trim();
  const value = parsed(text);
  if (isFields(value)) {
    const kind = kindOf(value);
    if (kind === undefined || isMerged(kind, value)) stepObject(value, around, depth, walk);
    else walk.pieces.push({ ...around, found: { kind, value, text } });
  } else if (value === undefined) stepLine(text, around, depth, walk);
  else step(value, around, depth + 1, walk);
}

/** Text that is no JSON: a line of a container's log, a line of etcd's for people, or something packed. */
function stepLine(text: string, around: Around, depth: number, walk: Walk): void {
  const cri = openCri(text);
  if (cri !== undefined) {
    stepInto(cri, around, depth, walk);
    return;
  }
  const line = consoleLine(text);
  const bytes = line === undefined ? packedIn(text) : undefined;
  if (line !== undefined) walk.pieces.push({ ...around, found: { kind: 'etcd', value: line, text } });
  else if (bytes !== undefined) stepBytes(bytes, around, depth, walk);
  else walk.pieces.push(failed(around, depth === 0 ? NOT_JSON : 'expected a JSON object, found other text'));
}

function stepBytes(bytes: Buffer, around: Around, depth: number, walk: Walk): void {
  const content = isPacked(bytes) ? unpacked(bytes, walk.budget) : 'gzip: other bytes';
  if (typeof content === 'string') {
    walk.pieces.push(failed(around, content));
    return;
  }
  step(content.toString('utf8'), around, depth + 1, walk);
}

function stepList(list: readonly unknown[], around: Around, depth: number, walk: Walk): void {
  const opened = openedList(undefined, 'the list', list, content => ({ content }));
  stepInto(opened, around, depth, walk);
}

function stepObject(value: Fields, around: Around, depth: number, walk: Walk): void {
  const kind = kindOf(value);
  if (kind !== undefined && !isMerged(kind, value)) {
    walk.pieces.push({ ...around, found: { kind, value, text: undefined } });
    return;
  }
  const opened = kind === undefined ? openedBy(value) : openMerged(value);
  if (opened === undefined) walk.pieces.push(failed(around, 'neither a Kubernetes audit event nor an etcd log line'));
  else stepInto(opened, around, depth, walk);
}

function openedBy(value: Fields): Opened | undefined {
  for (const open of OPENERS) {
    const opened = open(value);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

function stepInto({ kind, inner }: Opened, around: Around, depth: number, walk: Walk): void {
  const kinds = kind === undefined ? around.kinds : [...around.kinds, kind];
  for (const [i, piece] of inner.entries()) {
    if ('fault' in piece) walk.pieces.push(failed({ ...around, kinds }, piece.fault));
    else step(piece.content, within({ ...around, kinds }, piece, inner.length > 1 ? i : undefined), depth + 1, walk);
  }
}

function within(around: Around, piece: Exclude<Inner, { fault: string }>, item: number | undefined): Around {
  // Equal texts in one list are two events, though they share a place.
  const outer = around.position === undefined || item === undefined ? around.position : `${around.position}#${item}`;
  return {
    kinds: around.kinds,
    time: piece.time ?? around.time,
    cluster: piece.cluster ?? around.cluster,
    position: piece.position ?? outer,
    listed: around.listed || piece.listed === true,
  };
}

const failed = (around: Around, fault: string): Piece => ({
  ...around,
  found: { fault: around.kinds.length === 0 ? fault : `${around.kinds.join(', ')}: ${fault}` },
});
