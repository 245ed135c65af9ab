import type { Loss } from '../state/evaluator.ts';

type Stretch = Pick<Loss, 'from' | 'to'>;

/** Beyond, neighbours become one: more is not judged than would have to be, but nothing is judged wrongly. */
const MAX_STRETCHES = 1_000;

/** The stretches of time whose records are gone. */
export class Losses {
  #stretches: readonly Stretch[] = [];

  add({ from, to }: Stretch): void {
    const apart = this.#stretches.filter(other => other.to < from || other.from > to);
    const meeting = this.#stretches.filter(other => !(other.to < from || other.from > to));
    const whole = joined([...meeting, { from, to }]);
    const all = [...apart, whole].sort((a, b) => a.from - b.from);
    this.#stretches = all.length <= MAX_STRETCHES ? all : [joined(all.slice(0, 2)), ...all.slice(2)];
  }

  /** Whether something of [from, to] is gone. */
  meet(from: number, to: number): boolean {
    return this.#stretches.some(lost => lost.from <= to && lost.to >= from);
  }

  /** Forgets what ended before this moment. */
  expire(moment: number): void {
    if ((this.#stretches[0]?.to ?? moment) < moment) this.#stretches = this.#stretches.filter(({ to }) => to >= moment);
  }
}

const joined = (stretches: readonly Stretch[]): Stretch => ({
  from: Math.min(...stretches.map(({ from }) => from)),
  to: Math.max(...stretches.map(({ to }) => to)),
});
