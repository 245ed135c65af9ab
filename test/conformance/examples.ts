import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { EcsDocument, Event } from '../../src/model/event.ts';
import { normalized } from '../unit/normalize/support.ts';

const Fields = z.record(z.string(), z.unknown());
const name = z.string().min(1);

/** A record as it comes; or an event, where none comes by itself: that records are missing, what lines before it say. */
const Example = z.union([z.strictObject({ name, record: Fields }), z.strictObject({ name, event: Fields })]);
type Example = z.output<typeof Example>;

const Examples = z.strictObject({ match: z.array(Example).min(2), no_match: z.array(Example).min(2) });

/** The examples beside a rule file. */
export const examplesOf = (file: string): z.output<typeof Examples> =>
  Examples.parse(parse(readFileSync(file.replace(/\.yml$/, '.examples.yml'), 'utf8')));

/** The event of an example. Throws where its record is none. */
export function eventOf(example: Example): Event {
  if ('event' in example) return told(example.event as unknown as EcsDocument);
  const { events, deadLetters } = normalized(example.record);
  const [event] = events;
  if (event === undefined) throw new Error(`no event: ${deadLetters[0]?.reason}`);
  return event;
}

const told = (document: EcsDocument): Event => ({
  id: document.event.id,
  dataset: document.event.dataset,
  document,
  origin: { topic: 't', partition: 0, offset: 0 },
  judged: true,
  verbatim: undefined,
});
