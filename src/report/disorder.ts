import { printable } from './escape.ts';

type Unsorted = {
  readonly file: string;
  readonly lines: number;
  readonly furthestMs: number;
  readonly first: number;
};

/** Says that lines of a file came too late, and what helps. */
export function disorderText({ file, lines, furthestMs, first }: Unsorted): string {
  const [count, unit] = roundedUp(furthestMs);
  const some = lines === 1 ? `line ${first} stands` : `${lines} lines, the first of them ${first}, stand`;
  return `${printable(file)} is not in the order of its times: ${some} up to ${count} ${unit.name} behind others. Rules over several events did not see them in their place; --lateness ${count}${unit.short} holds all back so long`;
}

const UNITS = [
  { short: 'd', name: 'days', ms: 86_400_000 },
  { short: 'h', name: 'hours', ms: 3_600_000 },
  { short: 'm', name: 'minutes', ms: 60_000 },
] as const;
const SECONDS = { short: 's', name: 'seconds', ms: 1_000 } as const;

/** In the largest unit of which there are at least two. */
function roundedUp(ms: number): readonly [count: number, unit: { readonly short: string; readonly name: string }] {
  const unit = UNITS.find(({ ms: one }) => ms >= 2 * one) ?? SECONDS;
  return [Math.ceil(ms / unit.ms), unit];
}
