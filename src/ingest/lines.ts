const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A numbered line; `bytes` is undefined where it was longer than allowed and passed over. */
export type Line = { readonly number: number; readonly bytes: Buffer | undefined };

/**
 * Cuts chunks into numbered lines, empty ones included, so that numbers are the file's; those that end in one chunk come
 * together, for waiting on each costs a twentieth of what is done with it. A line over `maxBytes` is passed over and said
 * so: memory is bounded by one chunk and one line.
 */
export async function* lineBatches(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let pieces: Buffer[] = [];
  let pending = 0;
  for await (const chunk of chunks) {
    const batch: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const last = chunk.subarray(start, end);
      number += 1;
      batch.push({ number, bytes: pending + last.length > maxBytes ? undefined : joined(pieces, last) });
      pieces = [];
      pending = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    pending += rest.length;
    if (pending > maxBytes) pieces = [];
    else if (rest.length > 0) pieces.push(rest);
    if (batch.length > 0) yield batch;
  }
  if (pending > 0) yield [{ number: number + 1, bytes: pending > maxBytes ? undefined : joined(pieces, EMPTY) }];
}

const EMPTY = Buffer.alloc(0);

/** Copies only when a line spans chunks. */
const joined = (pieces: readonly Buffer[], last: Buffer): Buffer =>
  withoutReturn(pieces.length === 0 ? last : Buffer.concat([...pieces, last]));

const withoutReturn = (line: Buffer): Buffer => (line[line.length - 1] === RETURN ? line.subarray(0, -1) : line);
