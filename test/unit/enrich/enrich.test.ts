import { expect, test } from '@jest/globals';
import { writeDocument } from '../../../src/deliver/elasticsearch/document.ts';
import { createEnrich, type Enrich } from '../../../src/enrich/enrich.ts';
import { openGeoIp } from '../../../src/enrich/geoip.ts';
import { labellerOf, parseLabels } from '../../../src/enrich/labels.ts';
import type { Event } from '../../../src/model/event.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { auditEvent, normalized } from '../normalize/support.ts';
import { ruleOf, SHIPPED_FIELDS } from '../sigma/support.ts';
import { mmdb } from './mmdb.ts';

const OSLO = {
  country: { iso_code: 'NO', names: { en: 'Norway "quoted" \u0001' } },
  location: { latitude: 59.91, longitude: 10.75 },
  autonomous_system_number: 64_500,
};
const geoIp = openGeoIp([{ file: 'a.mmdb', bytes: mmdb(6, { '81.2.69.0/24': OSLO }) }]);
const labels = `labels: a
entries:
  - { cidr: 81.2.0.0/16, label: abroad }
  - { user: alice, label: contractor }
  - { user: root, label: owner }
`;
const enrich: Enrich = createEnrich(geoIp, labellerOf([parseLabels(labels, 'l.yml')]));

const eventOf = (fields: object): Event => {
  const [event] = normalized(auditEvent(fields)).events;
  if (event === undefined) throw new Error('no event');
  return event;
};
const written = (event: Event): unknown => {
  const target = Buffer.alloc(20_000);
  return JSON.parse(target.toString('utf8', 0, writeDocument(event, '', target, 0)));
};

const abroad = { sourceIPs: ['10.0.0.1', '81.2.69.7'] };
const SOURCE = {
  ip: '81.2.69.7',
  geo: {
    country_iso_code: 'NO',
    country_name: 'Norway "quoted" \u0001',
    location: { lat: 59.91, lon: 10.75 },
  },
  as: { number: 64_500 },
};

const cases: [name: string, fields: object, source: object, labels: readonly string[] | undefined][] = [
  ['address and user', abroad, SOURCE, ['abroad', 'contractor']],
  [
    'the real peer alone, not what a client claims',
    { sourceIPs: ['81.2.69.7', '10.0.0.1'] },
    { ip: '10.0.0.1' },
    ['contractor'],
  ],
  ['an address alone', { ...abroad, user: { username: 'bob' } }, SOURCE, ['abroad']],
  [
    'who is acted as',
    { user: { username: 'bob' }, impersonatedUser: { username: 'root' } },
    { ip: '10.0.0.7' },
    ['owner'],
  ],
  ['nothing known', { user: { username: 'bob' } }, { ip: '10.0.0.7' }, undefined],
];
for (const [name, fields, source, found] of cases) {
  test(`enriched is ${name}; the document is the same by both ways of writing it`, () => {
    const event = eventOf(fields);
    const rich = enrich(event);
    const document = JSON.parse(JSON.stringify(rich.document));
    expect(document.source).toEqual(source);
    expect(document.keywarden.labels).toEqual(found);
    expect(rich.id).toBe(event.id);
    expect(rich.verbatim).toBeDefined();
    expect(written(rich)).toEqual(document);
    expect(JSON.stringify(written(rich))).toBe(JSON.stringify(written({ ...rich, verbatim: undefined })));
  });
}

test('an event of which nothing is known is the same event', () => {
  const event = eventOf({ user: { username: 'bob' } });
  expect(enrich(event)).toBe(event);
});

test('an event of etcd is enriched too, and keeps its port', () => {
  const line = { level: 'warn', ts: '2026-11-23T05:00:00Z', msg: 'request stats', remote: '81.2.69.7:4242' };
  const [event] = normalized(line).events;
  if (event === undefined) throw new Error('no event');
  expect(JSON.parse(JSON.stringify(enrich(event).document.source))).toEqual({ ...SOURCE, port: 4242 });
});

test('an address is looked up once', () => {
  let lookUps = 0;
  const counting = createEnrich(address => {
    lookUps += 1;
    return geoIp(address);
  }, labellerOf([]));
  for (let i = 0; i < 5; i += 1) counting(eventOf(abroad));
  expect(lookUps).toBe(1);
});

const detections: [detection: string, holds: boolean][] = [
  ['{ keywarden.labels: contractor, verb: get }', true],
  ['{ keywarden.labels: owner }', false],
  ["{ source.geo.country_iso_code: 'NO' }", true],
  ['{ source.as.number: 64500 }', true],
];
for (const [detection, holds] of detections) {
  test(`a rule can ask for it: ${detection}`, () => {
    const text = `title: t\nid: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f\nlevel: low\nlogsource: { product: kubernetes }\ndetection: { a: ${detection}, condition: a }\n`;
    const rule = compileRule(ruleOf(text), { ...SHIPPED_FIELDS, lists: new Map() });
    expect(rule.matches(enrich(eventOf(abroad)).document)).toBe(holds);
  });
}
