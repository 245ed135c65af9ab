import type { Origin } from './record.ts';

/**
 * A record that could not be normalised or indexed. Its bytes are never in it as they are: what cannot be decoded cannot be
 * redacted. Whoever needs them on the way is handed them beside the letter.
 */
export type DeadLetter = {
  readonly '@timestamp': string;
  readonly stage: 'normalize' | 'deliver';
  readonly reason: string;
  readonly origin: Origin;
  /** SHA-256 of the bytes, hexadecimal: proves later which bytes were meant. At stage `deliver` they are the document's. */
  readonly sha256: string;
  readonly size: number;
  /** The bytes as an age file in base64; only where the operator named recipients. */
  readonly sealed?: string | undefined;
  /** Why the bytes are not in it although there are recipients. */
  readonly unsealed?: string | undefined;
};

/** A letter where it lies: in the dead-letter topic, or in a file of letters. Without its sealed bytes, which may be many. */
export type FiledLetter = {
  readonly place: Origin;
  /** When it was written there, RFC 3339 in UTC. */
  readonly at: string;
  readonly letter: DeadLetter;
  readonly sealed: boolean;
};
