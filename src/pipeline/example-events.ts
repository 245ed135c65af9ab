import { durationMs } from '../model/duration.ts';
import type { Dataset, EcsDocument, Event } from '../model/event.ts';
import { normalize } from '../normalize/normalize.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import type { Example, Step } from '../sigma/examples.ts';

/** The events of an example, or why it has none. */
export type EventsOf = { readonly events: readonly Event[]; readonly fault?: string };

type Written = Pick<Step, 'record' | 'event'>;

/** The events of an example: each record as it would come from line 1 of a file, with nothing known of what came before. */
export const eventsOf = ({ events, ...example }: Written & Pick<Example, 'events'>): EventsOf =>
  events === undefined ? eventsOfOne(example) : eventsOfSteps(events);

const eventsOfOne = ({ record, event }: Written): EventsOf =>
  record === undefined ? writtenEvent(event ?? {}) : normalizedEvents(record);

const ORIGIN = { file: 'example', line: 1 };

function normalizedEvents(record: NonNullable<Example['record']>): EventsOf {
  const bytes = Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
  const events: Event[] = [];
  let fault: string | undefined;
  normalize(
    { bytes, origin: ORIGIN, cluster: undefined, receivedAt: undefined },
    normalizeSettings('keywarden', Date.now),
    {
      event: event => void events.push(event),
      deadLetter: letter => {
        fault = letter.reason;
      },
    },
  );
  if (fault === undefined && events.length === 0) fault = 'the record holds no event';
  return fault === undefined ? { events } : { events, fault };
}

const DATASETS: readonly string[] = ['kubernetes.audit_logs', 'etcd.audit_logs'] satisfies readonly Dataset[];

function writtenEvent(fields: Readonly<Record<string, unknown>>): EventsOf {
  const document = fields as unknown as EcsDocument;
  const dataset = document.event?.dataset;
  if (!DATASETS.includes(dataset)) {
    return { events: [], fault: `event.dataset is none of ${DATASETS.join(', ')}, so no rule reads the event` };
  }
  return { events: [{ id: 'example', dataset, document, origin: ORIGIN, judged: true, verbatim: undefined }] };
}

/** Where an event without a time of its own begins. */
const BEGINNING = Date.parse('2026-01-01T00:00:00Z');

/** The events of a sequence, each a request of its own at its time. */
function eventsOfSteps(steps: readonly Step[]): EventsOf {
  const events: Event[] = [];
  let before = BEGINNING;
  for (const [at, step] of steps.entries()) {
    for (let n = 1; n <= step.repeat; n += 1) {
      const { events: found, fault } = eventsOfOne(numbered(step, n));
      if (fault !== undefined) return { events, fault: `event ${at + 1}: ${fault}` };
      const pause = n > 1 ? step.every : step.after;
      const own = Date.parse(String(found[0]?.document['@timestamp']));
      const time = pause === undefined ? (Number.isNaN(own) ? before : own) : before + durationMs(pause);
      for (const event of found) events.push(moved(event, time, events.length + 1));
      before = time;
    }
  }
  return { events };
}

/** `{n}` is the number of the time. */
const numbered = ({ record, event, repeat }: Step, n: number): Written =>
  repeat === 1 ? { record, event } : (withNumber({ record, event }, String(n)) as Written);

function withNumber(value: unknown, number: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', number);
  if (Array.isArray(value)) return value.map(one => withNumber(one, number));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNumber(one, number)]));
}

const DIGITS = 6;

/** The event as a request of its own at that time, in milliseconds since 1970; what it took stays. */
function moved(event: Event, time: number, number: number): Event {
  const { document } = event;
  const own = Date.parse(document['@timestamp']);
  const later = (text: unknown): unknown =>
    typeof text === 'string' && !Number.isNaN(Date.parse(text))
      ? new Date(Date.parse(text) + (Number.isNaN(own) ? 0 : time - own)).toISOString()
      : text;
  const { start, end } = document.event;
  const id = `example-${String(number).padStart(DIGITS, '0')}`;
  return {
    ...event,
    id,
    document: {
      ...document,
      '@timestamp': new Date(time).toISOString(),
      event: { ...document.event, id, ...times({ start, end }, later) },
      ...(document.kubernetes === undefined
        ? {}
        : { kubernetes: { audit: audit(document.kubernetes.audit, id, later) } }),
    } as EcsDocument,
    verbatim: undefined,
  };
}

type Later = (text: unknown) => unknown;

const audit = (fields: Readonly<Record<string, unknown>>, id: string, later: Later): Record<string, unknown> => {
  const { auditID, requestReceivedTimestamp, stageTimestamp } = fields;
  return {
    ...fields,
    ...(auditID === undefined ? {} : { auditID: `${String(auditID)}-${id}` }),
    ...times({ requestReceivedTimestamp, stageTimestamp }, later),
  };
};

const times = (fields: Readonly<Record<string, unknown>>, later: Later): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => (text === undefined ? [] : [[name, later(text)]])),
  );
