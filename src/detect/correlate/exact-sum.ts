/**
 * A sum that may be taken from again without a trace: the same whatever came and went before, and rounded but once. Kept as
 * a few numbers that do not overlap, together the exact sum. Source: Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic" (1997), as in Python's `math.fsum`. The sum of what is added has to stay within the range of a double.
 */
export class ExactSum {
  /** By size, the smallest first; one as long as the numbers are whole and their sum is below 2^53. */
  #parts: number[] = [];

  add(number: number): void {
    const parts = this.#parts;
    let x = number;
    let kept = 0;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as number;
      const [larger, smaller] = Math.abs(x) < Math.abs(part) ? [part, x] : [x, part];
      x = larger + smaller;
      const rest = smaller - (x - larger);
      if (rest !== 0) parts[kept++] = rest;
    }
    parts.length = kept;
    if (x !== 0) parts.push(x);
  }

  get value(): number {
    const parts = this.#parts;
    let i = parts.length - 1;
    let sum = parts[i] ?? 0;
    let rest = 0;
    while (i > 0 && rest === 0) {
      i -= 1;
      const part = parts[i] as number;
      const x = sum + part;
      rest = part - (x - sum);
      sum = x;
    }
    return i > 0 ? roundedHalf(sum, rest, parts[i - 1] as number) : sum;
  }
}

/** What was cut off may be just half of the last place; then what lies below it says to which side. */
function roundedHalf(sum: number, rest: number, below: number): number {
  if (Math.sign(rest) !== Math.sign(below)) return sum;
  const twice = rest * 2;
  const other = sum + twice;
  return other - sum === twice ? other : sum;
}
