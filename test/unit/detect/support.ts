import type { Event } from '../../../src/model/event.ts';
import { type CompiledRule, compileRule } from '../../../src/sigma/compile.ts';
import { auditEvent, normalizedAt } from '../normalize/support.ts';
import { SHIPPED_FIELDS, ruleOf as sourceOf } from '../sigma/support.ts';

/** A rule that holds on every `get`, with an alert for each user. `more`: further keys below `keywarden`. */
export function ruleOf(more = '', id = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f'): CompiledRule {
  const source = sourceOf(
    `title: Any\nid: ${id}\nlevel: medium\ntags: [attack.t1530]\nlogsource: { product: kubernetes }\ndetection: { a: { verb: get }, condition: a }\nkeywarden:\n  group: [user.name]\n${more}`,
    'r.yml',
  );
  return compileRule(source, { ...SHIPPED_FIELDS, lists: new Map() });
}

/** `05:13:03` of the day of the recording, as RFC 3339. */
export const at = (time: string): string => `2026-11-23T${time}Z`;

/** The event of a request that was received and answered at `time`, read from a partition. */
export function eventAt(time: string, fields: object = {}, offset = 0): Event {
  const record = auditEvent({
    auditID: `id-${time}-${offset}`,
    requestReceivedTimestamp: at(time),
    stageTimestamp: at(time),
    ...fields,
  });
  const [event] = normalizedAt([{ record, origin: { topic: 't', partition: 0, offset } }]).events;
  if (event === undefined) throw new Error('no event');
  return event;
}
