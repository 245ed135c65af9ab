/** Of more rules not every choice of some can be tried. */
export const MOST_TO_CHOOSE_FROM = 12;

/**
 * The smallest choices of rules with which the test can hold, each by their places and in order: where not all of them have
 * to match, those of one choice have to match in order. Undefined where there are too many to choose from.
 */
export function chainsOf(
  count: number,
  test: (has: (part: number) => boolean) => boolean,
): readonly (readonly number[])[] | undefined {
  const all = Array.from({ length: count }, (_, part) => part);
  const holds = (chosen: readonly number[]): boolean => test(part => chosen.includes(part));
  if (holds(all) && all.every(part => !holds(all.filter(other => other !== part)))) return [all];
  if (count > MOST_TO_CHOOSE_FROM) return undefined;
  const chains: (readonly number[])[] = [];
  for (const choice of choicesOf(all)) {
    const isSmallest = !chains.some(chain => chain.every(part => choice.includes(part)));
    if (isSmallest && holds(choice)) chains.push(choice);
  }
  return chains;
}

/** All choices of at least one, the smallest first. */
const choicesOf = (all: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** all.length - 1 }, (_, bits) => all.filter(part => ((bits + 1) >> part) & 1)).sort(
    (a, b) => a.length - b.length,
  );
