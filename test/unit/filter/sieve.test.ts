import { expect, test } from '@jest/globals';
import { writeDocument } from '../../../src/deliver/elasticsearch/document.ts';
import { Sieve } from '../../../src/filter/sieve.ts';
import type { Event } from '../../../src/model/event.ts';
import { auditEvent } from '../normalize/support.ts';
import { eventOf, filtersOf, filterText } from './support.ts';

const sieveOf = (...texts: string[]): Sieve => new Sieve(filtersOf(texts.join('---\n')));
const DROP = filterText('leases', '{ objectRef.resource: leases }', 'drop');
const BODIES = filterText('bodies', '{ verb: patch }', 'without-bodies');
const sample = (rate: number): string => filterText('reads', '{ verb: get }', `sample\nrate: ${rate}`);

const lease = auditEvent({ objectRef: { resource: 'leases' } });
const patch = auditEvent({ verb: 'patch', requestObject: { spec: { a: 1 } }, responseObject: { kind: 'Pod' } });
const read = (n: number): Event => eventOf(auditEvent({ auditID: `read-${n}` }));

test('what is dropped is gone, and what no filter means is the same event', () => {
  const sieve = sieveOf(DROP, BODIES);
  const pod = eventOf(auditEvent());
  expect(sieve.pass(eventOf(lease))).toBeUndefined();
  expect(sieve.pass(pod)).toBe(pod);
});

test('the first filter that means an event decides', () => {
  const both = auditEvent({ verb: 'patch', objectRef: { resource: 'leases' }, requestObject: {} });
  expect(sieveOf(DROP, BODIES).pass(eventOf(both))).toBeUndefined();
  expect(sieveOf(BODIES, DROP).pass(eventOf(both))?.document.keywarden.filter?.name).toBe('bodies');
});

test('a filter of one log source never means an event of the other', () => {
  const etcd = filterText('any', '{ etcd.line: null }', 'drop').replace('kubernetes', 'etcd');
  const event = eventOf(auditEvent());
  expect(sieveOf(etcd).pass(event)).toBe(event);
});

test('without its bodies an event says what was left out, and its bytes are not written', () => {
  const event = eventOf(patch);
  const left = sieveOf(BODIES).pass(event);
  const { requestObject, responseObject, ...audit } = event.document.kubernetes?.audit ?? {};
  expect(left?.document).toEqual({
    ...event.document,
    keywarden: {
      ...event.document.keywarden,
      filter: { name: 'bodies', left_out: ['requestObject', 'responseObject'] },
    },
    kubernetes: { audit },
  });
  expect([requestObject, responseObject]).toEqual([{ spec: { a: 1 } }, { kind: 'Pod' }]);
  expect(written(left)).toEqual(JSON.parse(JSON.stringify(left?.document)));
});

test('an event that has no bodies stays as it is and is not counted', () => {
  const sieve = sieveOf(BODIES);
  const event = eventOf(auditEvent({ verb: 'patch' }));
  expect(sieve.pass(event)).toBe(event);
  expect(sieve.counts).toEqual({ bodies: { dropped: 0, kept: 0, stripped: 0 } });
});

test('the same event is kept always or never, by whichever process', () => {
  const kept = (): readonly number[] => {
    const sieve = sieveOf(sample(0.2));
    return Array.from({ length: 500 }, (_, n) => n).filter(n => sieve.pass(read(n)) !== undefined);
  };
  expect(kept()).toEqual(kept());
});

for (const rate of [0.01, 0.1, 0.5, 0.9]) {
  test(`of many events a share of ${rate} is kept, and the counts say of how many`, () => {
    const sieve = sieveOf(sample(rate));
    const total = 5_000;
    for (let n = 0; n < total; n += 1) sieve.pass(read(n));
    const { dropped = 0, kept = 0 } = sieve.counts['reads'] ?? {};
    expect(dropped + kept).toBe(total);
    // Four standard deviations.
    expect(Math.abs(kept - total * rate)).toBeLessThan(4 * Math.sqrt(total * rate * (1 - rate)));
  });
}

test('a kept sample says of which share it is, also where its bytes are written', () => {
  const sieve = sieveOf(sample(0.5));
  const left = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(n => sieve.pass(read(n)) ?? []);
  expect(left.length).toBeGreaterThan(0);
  for (const event of left) {
    expect(event.document.keywarden.filter).toEqual({ name: 'reads', sample_rate: 0.5 });
    expect(event.verbatim).toBeDefined();
    expect(written(event)).toEqual(JSON.parse(JSON.stringify(event.document)));
  }
});

const CONTEXT = { namespace: 'test', instance: 'one' };

test('a summary tells what each filter did since the last, and over which time', () => {
  const sieve = sieveOf(DROP, BODIES);
  for (const stageTimestamp of ['2026-11-23T05:00:02Z', '2026-11-23T05:00:01Z', '2026-11-23T05:00:03.5Z']) {
    sieve.pass(eventOf({ ...lease, stageTimestamp }));
  }
  const [summary, ...others] = sieve.summaries(CONTEXT);
  expect(others).toEqual([]);
  expect(summary).toMatchObject({
    '@timestamp': '2026-11-23T05:00:03.5Z',
    data_stream: { type: 'logs', dataset: 'keywarden.filters', namespace: 'test' },
    event: {
      kind: 'metric',
      dataset: 'keywarden.filters',
      start: '2026-11-23T05:00:01Z',
      end: '2026-11-23T05:00:03.5Z',
    },
    keywarden: { filter: { name: 'leases', action: 'drop', dropped: 3, kept: 0, stripped: 0 } },
  });
  expect(sieve.summaries(CONTEXT)).toEqual([]);
  sieve.pass(eventOf(lease));
  const [next] = sieve.summaries(CONTEXT);
  expect(next?.keywarden.filter.dropped).toBe(1);
  expect(next?.event.id).not.toBe(summary?.event.id);
  expect(sieve.counts['leases']).toEqual({ dropped: 4, kept: 0, stripped: 0 });
});

test('summaries of two processes are two documents', () => {
  const ids = ['one', 'two'].map(instance => {
    const sieve = sieveOf(DROP);
    sieve.pass(eventOf(lease));
    return sieve.summaries({ ...CONTEXT, instance })[0]?.event.id;
  });
  expect(new Set(ids).size).toBe(2);
});

function written(event: Event | undefined): unknown {
  if (event === undefined) throw new Error('no event');
  const target = Buffer.alloc(20_000);
  return JSON.parse(target.toString('utf8', 0, writeDocument(event, '', target, 0)));
}

test('filters that are put in the place of others go on with the counts of their names, and what was done is told', () => {
  const sieve = sieveOf(DROP, BODIES);
  sieve.pass(eventOf(lease));
  sieve.pass(eventOf(patch));
  sieve.use(filtersOf(DROP));
  sieve.pass(eventOf(lease));
  const event = eventOf(patch);
  expect(sieve.pass(event)).toBe(event);
  expect(sieve.counts).toMatchObject({ leases: { dropped: 2 }, bodies: { stripped: 1 } });
  const told = sieve.summaries({ namespace: 'n', instance: 'i' }).map(({ keywarden: { filter } }) => filter);
  expect(told).toMatchObject([
    { name: 'leases', dropped: 2 },
    { name: 'bodies', stripped: 1 },
  ]);
});
