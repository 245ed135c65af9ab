import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { wellFormed, writeDocument } from '../../../../src/deliver/elasticsearch/document.ts';
import type { Event } from '../../../../src/model/event.ts';
import { auditEvent, normalized } from '../../normalize/support.ts';

const written = (event: Event): string => {
  const target = Buffer.alloc(200_000);
  return target.toString('utf8', 0, writeDocument(event, '', target, 0));
};
const eventOf = (record: string | Buffer | object): Event => {
  const [event] = normalized(record).events;
  if (event === undefined) throw new Error('no event');
  return event;
};

test('the spliced text of every recorded event is its document', () => {
  const lines = readFileSync('deploy/sample/kube-apiserver-audit.jsonl', 'utf8').trimEnd().split('\n');
  const events = lines.map(eventOf);
  const wrong = events.filter(event => JSON.stringify(JSON.parse(written(event))) !== JSON.stringify(event.document));
  expect(wrong.map(event => event.document.kubernetes?.audit)).toEqual([]);
  const spliced = events.filter(event => event.verbatim !== undefined).length;
  expect(spliced / events.length).toBeGreaterThan(0.95);
});

const texts: [name: string, record: string | object][] = [
  ['quotes and control characters in a name', auditEvent({ user: { username: 'a"\\\u0000\n' }, userAgent: '"},{' })],
  ['text beyond ASCII', auditEvent({ userAgent: 'Ünïcödé 🗝' })],
  ['spaces between the fields', `  ${JSON.stringify(auditEvent(), null, 1)}  `],
  ['spaces on one line', JSON.stringify(auditEvent()).replaceAll('":', '" : ')],
  [
    'annotations that are not the last field',
    JSON.stringify({ annotations: { a: 'b' }, ...auditEvent({ annotations: { a: 'b' } }), zzz: 1 }),
  ],
  [
    'a body that ends like annotations',
    auditEvent({ annotations: undefined, responseObject: { metadata: { annotations: { a: 'b' } } } }),
  ],
  [
    'annotations of an object and of the event',
    auditEvent({ requestObject: { metadata: { annotations: { a: 'b' } } } }),
  ],
  ['an envelope around it', { '@timestamp': 1, log: JSON.stringify(auditEvent()) }],
  ['no annotations', auditEvent({ annotations: undefined })],
  ['null annotations', auditEvent({ annotations: null })],
  ['escaped annotations', JSON.stringify(auditEvent({ annotations: { 'a.b': '<x>' } })).replace('<', '\\u003c')],
];
for (const [name, record] of texts) {
  test(`the written document is the event’s: ${name}`, () => {
    const event = eventOf(record);
    const text = written(event);
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(event.document)));
  });
}

test('the written document of a record of Kafka names its envelope', () => {
  const event = eventOf({ '@timestamp': 1, log: JSON.stringify(auditEvent()) });
  const origin = { topic: 'kubernetes-audit', partition: 0, offset: 7 };
  const document = { ...event.document, keywarden: { ...event.document.keywarden, origin } };
  expect(JSON.parse(written({ ...event, document }))['keywarden']).toEqual({ origin, envelope: 'fluent-bit' });
});

test('a document that does not fit says so and leaves the rest to the caller', () => {
  const event = eventOf(auditEvent());
  expect(writeDocument(event, '', Buffer.alloc(300), 0)).toBe(-1);
  expect(writeDocument(eventOf(auditEvent({ userAgent: 'ü' })), '', Buffer.alloc(300), 0)).toBe(-1);
});

const surrogates: [json: string, expected: string][] = [
  ['"\\ud800"', '"\\ufffd"'],
  ['"a\\udfffb"', '"a\\ufffdb"'],
  ['"\\\\ud800"', '"\\\\ud800"'],
  ['"\\\\\\ud800"', '"\\\\\\ufffd"'],
  ['"\\u0001"', '"\\u0001"'],
];
for (const [json, expected] of surrogates) {
  test(`well-formed: ${json} is written as ${expected}`, () => expect(wellFormed(json)).toBe(expected));
}
