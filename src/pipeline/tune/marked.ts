import { z } from 'zod';
import { KeywardenError } from '../../errors.ts';
import { openSource } from '../../ingest/files.ts';

/** Of an alert what finds it and its events again. */
export type MarkedAlert = {
  readonly id: string;
  readonly rule: string;
  readonly events: readonly string[];
  /** What all that is counted in it shares, and from when to when, in milliseconds since 1970: its evidence may be less. */
  readonly group: Readonly<Record<string, string>>;
  readonly from: number;
  readonly to: number;
  /** Where it stands, `false.jsonl:3`. */
  readonly place: string;
};

const Alert = z.looseObject({
  event: z.looseObject({ id: z.string() }),
  rule: z.looseObject({ id: z.string() }),
  keywarden: z.looseObject({
    alert: z.looseObject({
      evidence: z.array(z.looseObject({ event_id: z.string() })).min(1),
      group: z.record(z.string(), z.string()),
      first_seen: z.iso.datetime(),
      last_seen: z.iso.datetime(),
    }),
  }),
});

/** An index and a search wrap the document. */
const Hit = z.looseObject({ _source: Alert });

/** More cannot be looked at one by one. */
const MAX_ALERTS = 100_000;

/** Reads alerts as `hunt --format jsonl` or `json` prints them, or as the index holds them, one a line. Throws USAGE naming the line that is none, FILE. */
export async function readMarked(path: string): Promise<readonly MarkedAlert[]> {
  const alerts: MarkedAlert[] = [];
  for await (const { number, bytes } of openSource({ path, name: path, size: undefined }).lines) {
    const text = bytes?.toString().replace(/^\s*\[|[\],\s]+$/g, '') ?? '';
    if (text.trim() === '') continue;
    alerts.push(alertOf(text, `${path}:${number}`));
    if (alerts.length > MAX_ALERTS) throw new KeywardenError('USAGE', `${path}: holds more than ${MAX_ALERTS} alerts`);
  }
  return alerts;
}

function alertOf(text: string, place: string): MarkedAlert {
  const value = parsed(text);
  const hit = Hit.safeParse(value);
  const alert = Alert.safeParse(hit.success ? hit.data._source : value);
  if (!alert.success) {
    throw new KeywardenError(
      'USAGE',
      `${place}: is no alert as "hunt --format jsonl" prints it, or the index holds it`,
    );
  }
  const { event, rule, keywarden } = alert.data;
  const { evidence, group, first_seen: from, last_seen: to } = keywarden.alert;
  const events = evidence.map(one => one.event_id);
  return { id: event.id, rule: rule.id, events, group, from: Date.parse(from), to: Date.parse(to), place };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
