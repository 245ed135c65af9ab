/**
 * A set of numbers, a bit each, 32 to a word: either the whole set, or only some words of it. Of a thousand rules those that
 * ask for one field lie in few words, and the others need not be touched.
 */
export type Bits = Int32Array;

export const wordsFor = (size: number): number => Math.ceil(size / 32);

/** The words in which numbers lie. */
export const wordsOf = (numbers: readonly number[]): Int32Array =>
  Int32Array.from(new Set(numbers.map(n => n >>> 5))).sort();

/** A set of numbers, of which only the given words are kept. */
export function bitsIn(words: Int32Array, numbers: Iterable<number>): Bits {
  const bits = new Int32Array(words.length);
  const places = new Map([...words].map((word, i) => [word, i]));
  for (const n of numbers) {
    const i = places.get(n >>> 5);
    if (i !== undefined) bits[i] = wordAt(bits, i) | (1 << n);
  }
  return bits;
}

/** All numbers of the given words. */
export const everyBitIn = (words: Int32Array): Bits => new Int32Array(words.length).fill(-1);

export const without = (bits: Bits, others: Bits): Bits => bits.map((word, i) => word & ~wordAt(others, i));

export const union = (bits: Bits, others: Bits): Bits => bits.map((word, i) => word | wordAt(others, i));

/** The whole set `open` without what `bits` lacks in the given words. */
export function kept(open: Bits, words: Int32Array, bits: Bits): Bits {
  const left = Int32Array.from(open);
  for (let i = 0; i < words.length; i += 1) {
    const word = wordAt(words, i);
    left[word] = wordAt(left, word) & wordAt(bits, i);
  }
  return left;
}

/** Whether the whole set `open` has more than one of the numbers of `bits`. */
export function meetsSome(open: Bits, words: Int32Array, bits: Bits): boolean {
  let one = false;
  for (let i = 0; i < words.length; i += 1) {
    const common = wordAt(open, wordAt(words, i)) & wordAt(bits, i);
    if (common === 0) continue;
    if (one || (common & (common - 1)) !== 0) return true;
    one = true;
  }
  return false;
}

export const wordAt = (words: Int32Array, i: number): number => words[i] ?? 0;
