import type { Origin } from './record.ts';

/** A record that could not be normalised or indexed. The bytes themselves are not in it: what cannot be decoded cannot be redacted. */
export type DeadLetter = {
  readonly '@timestamp': string;
  readonly stage: 'normalize' | 'deliver';
  readonly reason: string;
  readonly origin: Origin;
  /** SHA-256 of the record's bytes, hexadecimal: proves later which bytes were meant. */
  readonly sha256: string;
  readonly size: number;
};
