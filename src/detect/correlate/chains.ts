import { KeywardenError } from '../../errors.ts';
import type { CorrelationNode } from '../../sigma/program.ts';
import { enoughOf } from './tallies/together.ts';

/** Of more rules not every choice of some can be tried. */
const MOST_TO_CHOOSE_FROM = 12;

/**
 * The smallest choices of parts with which a correlation can hold, each in the order of its rules: where not all of them
 * have to match, those of one choice have to match in order. Throws RULE where there are too many.
 */
export function chainsOf(node: CorrelationNode): readonly (readonly number[])[] {
  const enough = enoughOf(node);
  const all = node.parts.map((_, part) => part);
  const holds = (chosen: readonly number[]): boolean => enough(part => chosen.includes(part), chosen.length);
  if (holds(all) && all.every(part => !holds(all.filter(other => other !== part)))) return [all];
  if (all.length > MOST_TO_CHOOSE_FROM) {
    throw new KeywardenError(
      'RULE',
      `correlation ${node.id}: temporal_ordered over some of ${all.length} rules; at most ${MOST_TO_CHOOSE_FROM} can be chosen from`,
    );
  }
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
