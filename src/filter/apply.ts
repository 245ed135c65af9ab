import type { EcsDocument, Event } from '../model/event.ts';
import type { FilterMark } from '../model/filter.ts';
import { shareOf } from '../model/identity.ts';
import type { Filter } from './parse.ts';

/**
 * What a filter leaves of an event that it means: nothing, the event with a mark, or the event itself where there was
 * nothing to leave out. A sample goes by `event.id`, so that an event that comes twice is kept twice or never.
 */
export function apply({ name, action }: Filter, event: Event): Event | undefined {
  switch (action.kind) {
    case 'drop':
      return undefined;
    case 'sample':
      return shareOf(event.id) < action.rate ? marked(event, { name, sample_rate: action.rate }) : undefined;
    case 'without-bodies':
      return withoutBodies(event, name);
  }
}

const marked = (event: Event, filter: FilterMark): Event => ({
  ...event,
  document: { ...event.document, keywarden: { ...event.document.keywarden, filter } },
});

const BODIES = ['requestObject', 'responseObject'] as const;

function withoutBodies(event: Event, name: string): Event {
  const audit = event.document.kubernetes?.audit ?? {};
  const present = BODIES.filter(body => audit[body] !== undefined);
  if (present.length === 0) return event;
  const { requestObject, responseObject, ...rest } = audit;
  const { document } = marked(event, { name, left_out: present });
  const keywarden = { ...document.keywarden, request: undefined };
  const stripped: EcsDocument = { ...document, keywarden, kubernetes: { audit: rest } };
  // The record's own bytes still have the bodies.
  return { ...event, document: stripped, verbatim: undefined };
}
