import type { Event } from '../../model/event.ts';
import type { Loss } from '../state/evaluator.ts';

/** etcd's log leaves lines out for the second before one shows it, and for the rest of the minute nobody tells again. */
const SATURATION_BEFORE_MS = 1_000;
const SATURATION_AFTER_MS = 60_000;

/** What an event of the kind `pipeline_error` says is missing of its data set; undefined where it says nothing of the kind. */
export function lossOf({ dataset, document }: Event): Loss | undefined {
  const { event } = document;
  if (event.kind !== 'pipeline_error') return undefined;
  const at = Date.parse(document['@timestamp']);
  const start = event.start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(event.start);
  const end = event.end === undefined ? at : Date.parse(event.end);
  switch (event.action) {
    case 'log_saturated':
      return { dataset, from: at - SATURATION_BEFORE_MS, to: at + SATURATION_AFTER_MS };
    case 'records_lost':
      return { dataset, from: start, to: end };
    case 'time_jumped':
      // A jump back is a backlog: nothing is missing.
      return end > start ? { dataset, from: start, to: end } : undefined;
    default:
      // A stream that is silent holds sight back by itself, and may bring all of it later.
      return undefined;
  }
}
