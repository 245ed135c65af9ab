/** The words that are most like `word`, best first: few letters apart, or the same but for capitals, `_`, `-` and `.`. */
export function nearest(word: string, words: Iterable<string>, most = 3): readonly string[] {
  const wanted = bare(word);
  const allowed = Math.max(1, Math.floor(wanted.length / 4));
  const near: { readonly word: string; readonly distance: number }[] = [];
  for (const candidate of words) {
    const distance = candidate === word ? -1 : apart(wanted, bare(candidate), allowed);
    if (distance >= 0) near.push({ word: candidate, distance });
  }
  return near
    .sort((a, b) => a.distance - b.distance || a.word.length - b.word.length)
    .slice(0, most)
    .map(({ word: found }) => found);
}

/** The only word that is meant, where there is no doubt. */
export function meant(word: string, words: Iterable<string>): string | undefined {
  const all = [...words];
  const same = all.filter(candidate => bare(candidate) === bare(word));
  const found = same.length > 0 ? same : nearest(word, all, 2);
  return found.length === 1 ? found[0] : undefined;
}

const bare = (word: string): string => word.toLowerCase().replace(/[\s_.-]/g, '');

/** Longer texts are no misspelt names, and the effort grows with the product of both lengths. */
const MAX_LENGTH = 120;

/** How many letters have to be put in, left out, changed or swapped; -1 where that is more than `most`. */
function apart(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most || a.length > MAX_LENGTH || b.length > MAX_LENGTH) return -1;
  let before: readonly number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = last;
    last = row;
  }
  const distance = last[b.length] ?? Infinity;
  return distance <= most ? distance : -1;
}
