import { around, type Bucket, type Explanations, reaching, take, type Wanted, type Window } from './explanations.ts';

/** Who looks for a window, and the window that it would give up for it. */
type Step = { readonly who: Wanted; readonly gives: Window | undefined; readonly before: Step | undefined };

/**
 * Gives a match a window of its own, by moving others to windows that are as good for them where it has to. Asked for one
 * match after the other, as many are explained as can be; but those that lie in the time of a request keep to such ones.
 * Source: augmenting paths in bipartite graphs, H. W. Kuhn, "The Hungarian method for the assignment problem", 1955.
 *
 * A window that was searched in vain, and that only matches hold which have been judged, never helps again, for these find
 * no further windows; so it stays out of its bucket, and such a search is paid for once a window.
 */
export function assign(wanted: Wanted, explanations: Explanations): boolean {
  const steps: Step[] = [{ who: wanted, gives: undefined, before: undefined }];
  for (const step of steps) {
    const windows = step.who.isInside ? around : reaching;
    const buckets = [...explanations.of(step.who)];
    const free = firstFree(buckets, step.who, windows);
    if (free !== undefined) {
      putBack(steps);
      hand(free, step);
      return true;
    }
    for (const { taken } of buckets) {
      // Out of the bucket, so that no later step comes upon it again.
      for (const gives of [...windows(taken, step.who)]) {
        taken.remove(gives);
        if (gives.taker !== undefined) steps.push({ who: gives.taker, gives, before: step });
      }
    }
  }
  if (steps.some(({ who }) => who.deadline > wanted.deadline)) putBack(steps);
  return false;
}

function firstFree(buckets: readonly Bucket[], who: Wanted, windows: typeof reaching): Window | undefined {
  for (const { free } of buckets) for (const window of windows(free, who)) return window;
  return undefined;
}

function putBack(steps: readonly Step[]): void {
  for (const { gives } of steps) gives?.bucket.taken.add(gives);
}

/** Everybody on the way takes what the next one gives up. */
function hand(free: Window, step: Step): void {
  let window: Window | undefined = free;
  for (let at: Step | undefined = step; at !== undefined && window !== undefined; at = at.before) {
    take(window, at.who, at.who.isInside);
    window = at.gives;
  }
}
