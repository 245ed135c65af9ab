import type { Blindness } from '../detect/state/evaluator.ts';

/** Matches of a rule that were not judged, for one reason. */
export type NotJudged = Pick<Blindness, 'reason' | 'dataset'> & { readonly rule: string; readonly matches: number };

/** Adds up what programs could not judge. */
export class Blindnesses {
  readonly #sums = new Map<string, NotJudged>();

  add({ program: { rule }, dataset, reason, notJudged }: Blindness): void {
    if (notJudged === 0) return;
    const key = [rule.id, dataset, reason].join('\0');
    const matches = (this.#sums.get(key)?.matches ?? 0) + notJudged;
    this.#sums.set(key, { rule: rule.title, dataset, reason, matches });
  }

  get found(): readonly NotJudged[] {
    return [...this.#sums.values()];
  }
}
