import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventsOf } from '../../../src/pipeline/example-events.ts';
import { testExamples } from '../../../src/pipeline/examples.ts';
import { loadExplained } from '../../../src/pipeline/explained.ts';
import { auditEvent } from '../normalize/support.ts';

const rule = (name: string, verb: string, more = ''): string =>
  `title: ${name}\nname: ${name}\nlevel: low\nlogsource: { product: kubernetes, service: audit }\ndetection: { s: { verb: ${verb} }, condition: s }\n${more}`;

const correlation = (section: string): string => `title: c\nlevel: low\ncorrelation: { ${section} }\n`;

const at = (verb: string, more = '', fields: object = {}): string =>
  `{ record: ${JSON.stringify(auditEvent({ verb, ...fields }))}${more} }`;

/** What becomes of examples beside these rules: `name` and why it failed, nothing where it held. */
function results(rules: readonly string[], match: readonly string[], noMatch: readonly string[], more = '') {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-sequences-'));
  const side = (events: readonly string[]): string => `[${events.join(', ')}]`;
  writeFileSync(join(folder, 'r.yml'), rules.join('---\n'));
  writeFileSync(
    join(folder, 'r.examples.yml'),
    `match: [{ name: must, events: ${side(match)}${more} }]\nno_match: [{ name: must not, events: ${side(noMatch)} }]\n`,
  );
  const set = loadExplained({ rules: [folder], lists: undefined, now: new Date() });
  const tested = testExamples(set);
  return {
    faults: [...set.faults, ...tested.flatMap(({ fault }) => fault ?? [])].map(({ message }) => message),
    results: tested.flatMap(one => one.results.map(({ name, held, notes }) => [name, held, ...notes])),
  };
}

const HELD = [
  ['must', true],
  ['must not', true],
];

const COUNT = 'type: event_count, rules: [a], group-by: [user.name], timespan: 1m, condition: { gte: 3 }';

const held: [name: string, rules: readonly string[], match: readonly string[], noMatch: readonly string[]][] = [
  [
    'a count',
    [rule('a', 'get'), correlation(COUNT)],
    [at('get', ', repeat: 3, every: 30s')],
    [at('get', ', repeat: 3, every: 31s')],
  ],
  [
    'distinct values',
    [
      rule('a', 'get'),
      correlation(
        'type: value_count, rules: [a], group-by: [user.name], timespan: 1m, condition: { field: objectRef.name, gte: 3 }',
      ),
    ],
    [at('get', ', repeat: 3', { objectRef: { resource: 'secrets', name: 'secret-{n}' } })],
    [at('get', ', repeat: 3', { objectRef: { resource: 'secrets', name: 'secret' } })],
  ],
  [
    'an order',
    [
      rule('a', 'get'),
      rule('b', 'list'),
      correlation('type: temporal_ordered, rules: [a, b], group-by: [user.name], timespan: 1m'),
    ],
    [at('get'), at('list', ', after: 60s')],
    [at('list'), at('get', ', after: 10s')],
  ],
  [
    'what was never seen',
    [rule('a', 'get', 'keywarden: { first_seen: { fields: [user.name] } }\n')],
    [at('get'), at('get', ', after: 8d', { user: { username: 'mallory' } })],
    [at('get'), at('get', ', after: 8d')],
  ],
  [
    'what nothing explains',
    [
      rule('a', 'get'),
      rule('b', 'list', 'keywarden: { without: { within: 2s, rules: [{ rule: a, by: [user.name] }] } }\n'),
    ],
    [at('list'), at('get', ', after: 5s')],
    [at('list'), at('get', ', after: 2s')],
  ],
];
for (const [name, rules, match, noMatch] of held) {
  test(`a sequence is run: ${name}`, () =>
    expect(results(rules, match, noMatch)).toEqual({ faults: [], results: HELD }));
}

test('events stand at their own times where nothing else is said', () => {
  const later = (seconds: string): object => ({
    requestReceivedTimestamp: `2026-11-23T05:14:${seconds}.000000Z`,
    stageTimestamp: `2026-11-23T05:14:${seconds}.000000Z`,
  });
  const rules = [rule('a', 'get'), correlation(COUNT.replace('gte: 3', 'gte: 2'))];
  expect(results(rules, [at('get'), at('get', '', later('03'))], [at('get'), at('get', '', later('04'))])).toEqual({
    faults: [],
    results: HELD,
  });
});

test('a sequence that fails says how many alerts there were and what matched', () => {
  const rules = [rule('a', 'get'), correlation(COUNT)];
  const twice = [at('get', ', repeat: 3'), at('get', ', after: 11m, repeat: 3')];
  expect(results(rules, twice, [at('get', ', repeat: 3')], ', count: 1').results).toEqual([
    ['must', false, '2 alerts, expected 1', '6 of 6 events match "a"'],
    ['must not', false, '1 alert, expected none', '3 of 3 events match "a"'],
  ]);
  expect(results(rules, twice, [at('list')], ', count: 2').results).toEqual(HELD);
});

test('in a file of both, records are for rules and events for what takes several', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-sequences-'));
  writeFileSync(join(folder, 'r.yml'), [rule('a', 'get'), correlation(COUNT)].join('---\n'));
  const examples = (verb: string, repeat: number): string =>
    `[{ name: record, record: ${JSON.stringify(auditEvent({ verb }))} }, { name: events, events: [${at(verb, `, repeat: ${repeat}`)}] }]`;
  writeFileSync(join(folder, 'r.examples.yml'), `match: ${examples('get', 3)}\nno_match: ${examples('list', 3)}\n`);
  const tested = testExamples(loadExplained({ rules: [folder], lists: undefined, now: new Date() }));
  expect(tested.map(({ rule: { title }, results: all }) => [title, ...all.map(one => one.name)])).toEqual([
    ['a', 'record', 'record'],
    ['c', 'events', 'events'],
  ]);
  expect(tested.flatMap(one => one.results.map(result => result.held))).toEqual([true, true, true, true]);
});

test('each event of a sequence is a request of its own, and took as long as it took', () => {
  const record = auditEvent();
  const steps = [
    { record, repeat: 2, every: '1m' },
    { record, repeat: 1, every: '1s', after: '1h' },
  ];
  const { events } = eventsOf({ events: steps });
  expect(
    events.map(({ id, document: { '@timestamp': time, event, kubernetes } }) => [
      id,
      time,
      event.start,
      kubernetes?.audit['auditID'],
    ]),
  ).toEqual([
    ['example-000001', '2026-11-23T05:13:03.080Z', '2026-11-23T05:13:03.076Z', `${record['auditID']}-example-000001`],
    ['example-000002', '2026-11-23T05:14:03.080Z', '2026-11-23T05:14:03.076Z', `${record['auditID']}-example-000002`],
    ['example-000003', '2026-11-23T06:14:03.080Z', '2026-11-23T06:14:03.076Z', `${record['auditID']}-example-000003`],
  ]);
});

test('a record of a sequence that is no event is named by its number', () => {
  const record = auditEvent();
  const step = { repeat: 1, every: '1s' };
  const { fault } = eventsOf({
    events: [
      { ...step, record },
      { ...step, record: { a: 1 } },
    ],
  });
  expect(fault).toContain('event 2: neither a Kubernetes audit event nor');
});
