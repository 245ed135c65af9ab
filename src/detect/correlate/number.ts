import type { Signal } from '../../model/signal.ts';
import type { CorrelationNode } from '../../sigma/program.ts';
import { valuesOf } from './key.ts';

/** A sum of as many as can be held stays within the range of a double. */
const LARGEST = 1e300;

/** The number that a signal counts with; undefined where its value is none. Texts are read as by Sigma's `|gt`. */
export function numberOf(node: CorrelationNode, signal: Signal): number | undefined {
  const [text = ''] = valuesOf(node, signal) ?? [];
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Math.abs(number) <= LARGEST ? number : undefined;
}
