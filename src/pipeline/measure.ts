import type { Engine } from '../detect/engine.ts';
import type { Enrich } from '../enrich/enrich.ts';
import { apply } from '../filter/apply.ts';
import type { Filter } from '../filter/parse.ts';
import type { Source } from '../ingest/files.ts';
import type { Event } from '../model/event.ts';
import { documentText } from '../normalize/document.ts';
import type { Settings } from '../normalize/settings.ts';
import type { FileSink } from './hunt.ts';
import { readEvents } from './read-events.ts';

/** What a filter would do to recorded events; sizes are bytes of their documents as JSON. */
export type Measure = {
  readonly filter: Filter;
  /** Events that it means, and what they weigh. */
  events: number;
  bytes: number;
  /** Of these, what would not be indexed. */
  eventsSaved: number;
  bytesSaved: number;
};

export type Measures = {
  readonly filters: readonly Measure[];
  readonly total: { events: number; bytes: number; evidence: number };
};

type Options = {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly filters: readonly Filter[];
  readonly enrich: Enrich | undefined;
};

/** Reads files as `run` would read them and weighs what each filter leaves out. Throws FILE where one cannot be read. */
export async function measure(
  sources: readonly Source[],
  { engine, settings, filters, enrich }: Options,
  sink: Pick<FileSink, 'deadLetter' | 'progress'>,
): Promise<Measures> {
  const measures = filters.map(filter => ({ filter, events: 0, bytes: 0, eventsSaved: 0, bytesSaved: 0 }));
  const total = { events: 0, bytes: 0, evidence: 0 };
  const event = (event: Event): void => {
    const bytes = sizeOf(event);
    total.events += 1;
    total.bytes += bytes;
    if (event.judged && engine.match(event).length > 0) total.evidence += 1;
    else weigh(measures, event, bytes);
  };
  await readEvents(sources, { settings, enrich }, { event, ...sink });
  return { filters: measures, total };
}

function weigh(measures: readonly Measure[], event: Event, bytes: number): void {
  const first = measures.find(({ filter }) => filter.dataset === event.dataset && filter.matches(event.document));
  if (first === undefined) return;
  const left = apply(first.filter, event);
  first.events += 1;
  first.bytes += bytes;
  if (left === event) return;
  if (left === undefined) first.eventsSaved += 1;
  first.bytesSaved += left === undefined ? bytes : bytes - sizeOf(left);
}

const sizeOf = ({ document }: Event): number => Buffer.byteLength(documentText(document));
