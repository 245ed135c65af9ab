import type { Dataset, Event } from '../model/event.ts';
import type { FilterCounts, FilterSummary } from '../model/filter.ts';
import { identify } from '../model/identity.ts';
import { ECS_VERSION } from '../model/version.ts';
import { apply } from './apply.ts';
import type { Filter } from './parse.ts';

type Counts = { dropped: number; kept: number; stripped: number };

/** What a filter did: since the start, and since the last summary with the times of the events. */
type Tally = { readonly total: Counts; recent: Counts; start: string | undefined; end: string | undefined };

type Entry = { readonly filter: Filter; readonly tally: Tally };

/** What a summary needs to know besides its counts; `instance` is this process's alone. */
export type SummaryContext = {
  readonly namespace: string;
  readonly instance: string;
};

const NONE: readonly Entry[] = [];

/** Puts events through filters, the first that means an event deciding, and counts for each what it did. */
export class Sieve {
  /** By name, with those that were in force before and are not any more: what they did is still to be told. */
  readonly #entries = new Map<string, Entry>();
  #byDataset: ReadonlyMap<Dataset, readonly Entry[]> = new Map();
  #written = 0;

  constructor(filters: readonly Filter[]) {
    this.use(filters);
  }

  /** Sieves by these filters from the next event on; one that bears the name of an earlier one goes on with its counts. */
  use(filters: readonly Filter[]): void {
    const entries = filters.map(filter => ({ filter, tally: this.#entries.get(filter.name)?.tally ?? newTally() }));
    for (const entry of entries) this.#entries.set(entry.filter.name, entry);
    this.#byDataset = Map.groupBy(entries, ({ filter }) => filter.dataset);
  }

  /** The event as it is to be indexed; undefined where it is dropped. Evidence of an alert must not come here. */
  pass(event: Event): Event | undefined {
    for (const { filter, tally } of this.#byDataset.get(event.dataset) ?? NONE) {
      if (!filter.matches(event.document)) continue;
      const left = apply(filter, event);
      if (left !== event) count(tally, filter, left, event.document['@timestamp']);
      return left;
    }
    return event;
  }

  /** What each filter did since the start, by its name. */
  get counts(): Readonly<Record<string, FilterCounts>> {
    return Object.fromEntries([...this.#entries].map(([name, { tally }]) => [name, { ...tally.total }]));
  }

  /** One document for each filter that did something since the last call. */
  summaries(context: SummaryContext): readonly FilterSummary[] {
    return [...this.#entries.values()].flatMap(({ filter, tally }) => {
      const { recent, start, end } = tally;
      if (start === undefined || end === undefined) return [];
      Object.assign(tally, { recent: nothing(), start: undefined, end: undefined });
      this.#written += 1;
      return [summaryOf(filter, recent, { start, end }, identify(context.instance, String(this.#written)), context)];
    });
  }
}

const newTally = (): Tally => ({ total: nothing(), recent: nothing(), start: undefined, end: undefined });
const nothing = (): Counts => ({ dropped: 0, kept: 0, stripped: 0 });

function count(tally: Tally, { action }: Filter, left: Event | undefined, time: string): void {
  const what = left === undefined ? 'dropped' : action.kind === 'sample' ? 'kept' : 'stripped';
  tally.total[what] += 1;
  tally.recent[what] += 1;
  // As texts they are in order but for fractions of a second.
  if (tally.start === undefined || time < tally.start) tally.start = time;
  if (tally.end === undefined || time > tally.end) tally.end = time;
}

function summaryOf(
  { name, action }: Filter,
  counts: FilterCounts,
  { start, end }: { readonly start: string; readonly end: string },
  id: string,
  { namespace }: SummaryContext,
): FilterSummary {
  const { dropped, kept, stripped } = counts;
  return {
    '@timestamp': end,
    ecs: ECS_VERSION,
    data_stream: { type: 'logs', dataset: 'keywarden.filters', namespace },
    event: { id, kind: 'metric', module: 'keywarden', dataset: 'keywarden.filters', start, end },
    message: `filter ${name}: ${dropped} events dropped, ${kept} kept as a sample, ${stripped} without their bodies`,
    keywarden: {
      filter: { name, action: action.kind, sample_rate: action.kind === 'sample' ? action.rate : undefined, ...counts },
    },
  };
}
