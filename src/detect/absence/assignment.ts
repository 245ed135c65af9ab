import { type Bucket, type Explanations, reaching, type Wanted, type Window } from './explanations.ts';

/** Who looks for a window, and the window that it would give up for it. */
type Step = { readonly who: Wanted; readonly gives: Window | undefined; readonly before: Step | undefined };

/**
 * Gives a match a window of its own, by moving others to windows that are as good for them where it has to. Asked for one
 * match after the other, as many are explained as can be. Source: augmenting paths in bipartite graphs, H. W. Kuhn, "The
 * Hungarian method for the assignment problem", 1955.
 *
 * A window from which no free one can be reached never helps again, for matches that have been judged find no further
 * windows; so it stays out of its bucket, and a search that fails is paid for once a window.
 */
export function assign(wanted: Wanted, explanations: Explanations): boolean {
  const steps: Step[] = [{ who: wanted, gives: undefined, before: undefined }];
  for (const step of steps) {
    const buckets = [...explanations.of(step.who)];
    const free = firstFree(buckets, step.who);
    if (free !== undefined) {
      for (const { gives } of steps) gives?.bucket.taken.add(gives);
      hand(free, step);
      return true;
    }
    for (const { taken } of buckets) {
      // Out of the bucket, so that no later step comes upon it again.
      for (const gives of [...reaching(taken, step.who)]) {
        taken.remove(gives);
        if (gives.taker !== undefined) steps.push({ who: gives.taker, gives, before: step });
      }
    }
  }
  return false;
}

function firstFree(buckets: readonly Bucket[], who: Wanted): Window | undefined {
  for (const { free } of buckets) for (const window of reaching(free, who)) return window;
  return undefined;
}

/** Everybody on the way takes what the next one gives up. */
function hand(free: Window, step: Step): void {
  free.bucket.free.remove(free);
  free.bucket.taken.add(free);
  let window = free;
  for (let at: Step | undefined = step; at !== undefined; at = at.before) {
    window.taker = at.who;
    if (at.gives === undefined) return;
    window = at.gives;
  }
}
