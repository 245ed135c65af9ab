import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import type { AlertOperation, AlertResult, AlertsResult } from '../../../src/deliver/elasticsearch/alert-store.ts';
import type { LinkedAlert } from '../../../src/deliver/elasticsearch/alert-stories.ts';
import { storiesOf } from '../../../src/detect/story.ts';
import { identifyAlert } from '../../../src/model/identity.ts';
import { relatedAlerts } from '../../../src/pipeline/related.ts';
import { StoryKeeping, storyUpdates } from '../../../src/pipeline/story-keeping.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T05:00:00Z');
const NOW = Date.parse('2026-11-25T05:00:00Z');
const SPAN = 60 * MINUTE;
const PAGE = 5;

type Given = {
  readonly id: string;
  /** Minutes after the start. */
  readonly at: number;
  readonly until?: number;
  readonly links: readonly string[];
  /** The id of the alert whose story it is of by now. */
  readonly of?: string;
};

const time = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();
const storyOf = (first: string): string => identifyAlert('story', first);

const alertOf = ({ id, at, until = at, links, of }: Given): LinkedAlert => ({
  event: { id, ingested: new Date(NOW).toISOString() },
  keywarden: {
    alert: {
      first_seen: time(at),
      last_seen: time(until),
      links,
      ...(of === undefined ? {} : { story: storyOf(of) }),
    },
  },
  version: { index: 'i', seqNo: 1, primaryTerm: 1 },
});

const options = { spanMs: SPAN, isShared: (link: string) => link === 'address:shared' };

const plans: Readonly<Record<string, readonly [given: readonly Given[], updates: readonly string[], isCut?: boolean]>> =
  {
    'new ones get the story of the earliest': [
      [
        { id: 'B', at: 5, links: ['user:u'] },
        { id: 'A', at: 0, links: ['user:u'] },
      ],
      ['B of A', 'A of A'],
    ],
    'one that is linked to none is a story of its own': [[{ id: 'A', at: 0, links: [] }], ['A of A']],
    'what is right is not written': [
      [
        { id: 'A', at: 0, links: ['user:u'], of: 'A' },
        { id: 'B', at: 5, links: ['user:u'], of: 'A' },
      ],
      [],
    ],
    'a further one joins': [
      [
        { id: 'A', at: 0, links: ['user:u'], of: 'A' },
        { id: 'B', at: 5, links: ['user:u'] },
      ],
      ['B of A'],
    ],
    'a late one that links two stories gives both the id of the earlier': [
      [
        { id: 'A', at: 0, links: ['user:u'], of: 'A' },
        { id: 'B', at: 5, links: ['object:o'], of: 'B' },
        { id: 'C', at: 6, links: ['object:o'], of: 'B' },
        { id: 'D', at: 3, links: ['user:u', 'object:o'] },
      ],
      ['B of A', 'C of A', 'D of A'],
    ],
    'a late one that is the earliest gives its id to all': [
      [
        { id: 'B', at: 5, links: ['user:u'], of: 'B' },
        { id: 'A', at: 0, links: ['user:u'] },
      ],
      ['B of A', 'A of A'],
    ],
    'what links by something shared only is parted again': [
      [
        { id: 'A', at: 0, links: ['address:shared'], of: 'A' },
        { id: 'B', at: 5, links: ['address:shared'], of: 'A' },
      ],
      ['B of B'],
    ],
    'of a part of what is linked nothing is corrected': [
      [
        { id: 'B', at: 5, links: ['user:u'], of: 'X' },
        { id: 'A', at: 0, links: ['user:u'] },
      ],
      ['A of A'],
      true,
    ],
  };
for (const [name, [given, updates, isCut = false]] of Object.entries(plans)) {
  const first = new Map(given.map(({ id }) => [storyOf(id), id]));
  test(`story updates: ${name}`, () =>
    expect(
      storyUpdates({ alerts: given.map(alertOf), isCut }, options).map(
        ({ alert, story }) => `${alert.event.id} of ${first.get(story)}`,
      ),
    ).toEqual(updates));
}

/** What an index would say of alerts, as far as stories ask it. */
class Index {
  readonly alerts = new Map<string, LinkedAlert>();
  readonly asked: string[] = [];
  readonly sent: (readonly AlertOperation[])[] = [];
  most = 10_000;
  fault: 'away' | undefined;
  #writes = 0;

  /** Written by another than the keeper. */
  put(alert: LinkedAlert, ms = NOW): void {
    const story = this.alerts.get(alert.event.id)?.keywarden.alert.story;
    const fields = { ...alert.keywarden.alert, ...(story === undefined ? {} : { story }) };
    const event = { id: alert.event.id, ingested: new Date(ms).toISOString() };
    this.alerts.set(event.id, { ...alert, event, keywarden: { alert: fields }, version: this.#version() });
  }

  page(name: string, filter: (alert: LinkedAlert) => boolean, after: readonly unknown[] | undefined) {
    this.asked.push(name);
    if (this.fault === 'away') throw new Error('away');
    const from = Number(after?.[0] ?? 0);
    const found = [...this.alerts.values()].filter(filter);
    const alerts = found.slice(from, from + PAGE);
    return { alerts, after: alerts.length < PAGE ? undefined : [from + PAGE] };
  }

  send(operations: readonly AlertOperation[]): AlertsResult {
    this.sent.push(operations);
    return { kind: 'answered', items: operations.map(operation => this.#take(operation)) };
  }

  #take({ id, ...operation }: AlertOperation): AlertResult {
    const alert = this.alerts.get(id);
    const known = operation.kind === 'update' ? operation.version.seqNo : undefined;
    if (alert === undefined || alert.version.seqNo !== known)
      return { status: 409, index: 'i', version: undefined, error: { type: 'version_conflict', reason: '' } };
    const { story } = (operation.document as LinkedAlert).keywarden.alert;
    const fields = { ...alert.keywarden.alert, ...(story === undefined ? {} : { story }) };
    const version = this.#version();
    this.alerts.set(id, { ...alert, keywarden: { alert: fields }, version });
    return { status: 200, index: 'i', version };
  }

  #version() {
    this.#writes += 1;
    return { index: 'i', seqNo: this.#writes, primaryTerm: 1 };
  }

  get stories(): ReadonlyMap<string, string | undefined> {
    return new Map([...this.alerts].map(([id, alert]) => [id, alert.keywarden.alert.story]));
  }
}

const never = new AbortController().signal;

function keeperOf(index: Index, before: () => void = () => {}, spanMs = SPAN) {
  const log: string[] = [];
  const world = { isOurs: true, now: NOW };
  const keeping = new StoryKeeping({ spanMs, everyMs: 5 }, options.isShared, {
    isOurs: () => world.isOurs,
    changed: async ({ since, ids }, after) =>
      index.page('changed', ({ event }) => (event.ingested ?? '') >= since || ids.includes(event.id), after),
    related: (alerts, isShared) =>
      relatedAlerts(alerts, {
        find: async ({ links, stories, sinceMs, untilMs }, place) =>
          index.page(
            'related',
            ({ keywarden: { alert } }) => {
              const ms = Date.parse(alert.first_seen);
              const isNear = ms >= sinceMs && ms <= untilMs;
              return (
                (isNear && (alert.links ?? []).some(link => links.includes(link))) ||
                (alert.story !== undefined && stories.includes(alert.story))
              );
            },
            place,
          ),
        isShared,
        most: index.most,
      }),
    send: async operations => {
      before();
      return index.send(operations);
    },
    now: () => world.now,
    log: pino({ level: 'info' }, { write: (line: string) => void log.push((JSON.parse(line) as { msg: string }).msg) }),
  });
  return { keeping, world, log, look: () => keeping.look(never) };
}

const given = (...alerts: readonly Given[]): Index => {
  const index = new Index();
  for (const alert of alerts) index.put(alertOf(alert));
  return index;
};

const A: Given = { id: 'A', at: 0, links: ['user:u'] };
const B: Given = { id: 'B', at: 5, links: ['user:u', 'object:o'] };
const C: Given = { id: 'C', at: 9, links: ['object:o'] };

test('where nothing changes a look is one search, and writes nothing', async () => {
  const index = given(A, B, C);
  const { look, keeping } = keeperOf(index);
  await look();
  expect(new Set(index.stories.values())).toEqual(new Set([storyOf('A')]));
  expect(keeping.counts.storiesWritten).toBe(3);
  index.asked.length = 0;
  await look();
  await look();
  expect(index.asked).toEqual(['changed', 'changed']);
  expect(index.sent).toHaveLength(1);
});

test('only the story is written, against the state that was read', async () => {
  const index = given(A);
  await keeperOf(index).look();
  expect(index.sent).toEqual([
    [
      {
        kind: 'update',
        id: 'A',
        version: { index: 'i', seqNo: 1, primaryTerm: 1 },
        document: { keywarden: { alert: { story: storyOf('A') } } },
      },
    ],
  ]);
});

test('an alert that somebody else writes at that moment is looked at again', async () => {
  const index = given(A, B);
  let isFirst = true;
  const { look, keeping } = keeperOf(index, () => {
    // An analyst's word changes nothing that a look would see.
    if (isFirst) index.put(alertOf(B));
    isFirst = false;
  });
  await look();
  expect([...index.stories.values()]).toEqual([storyOf('A'), undefined]);
  await look();
  expect([...index.stories.values()]).toEqual([storyOf('A'), storyOf('A')]);
  expect(keeping.counts).toEqual({ storiesWritten: 2, storyConflicts: 1, storiesRefused: 0 });
});

test('a late alert makes two stories one, and what was written is corrected', async () => {
  const index = given(A, C);
  const { look } = keeperOf(index);
  await look();
  expect([...index.stories.values()]).toEqual([storyOf('A'), storyOf('C')]);
  index.put(alertOf(B));
  await look();
  expect([...index.stories]).toEqual(['A', 'C', 'B'].map(id => [id, storyOf('A')]));
});

test('where a chain of days is cut moves with a late alert at its beginning, look by look', async () => {
  const chain = Array.from({ length: 150 }, (_, i) => ({ id: `A${i}`, at: 50 * i, links: ['user:u'] }));
  const index = given(...chain);
  const { look } = keeperOf(index);
  await look();
  index.put(alertOf({ id: 'late', at: -50, links: ['user:u'] }));
  for (let looks = 0; looks < 8; looks += 1) await look();
  expect(index.stories).toEqual(storiesOf([...index.alerts.values()], options));
  expect(new Set(index.stories.values()).size).toBe(6);
});

test('whoever is not the keeper does nothing, and whoever becomes it looks at what was written in the last day', async () => {
  const index = given(A);
  const { look, world } = keeperOf(index);
  world.isOurs = false;
  await look();
  expect(index.asked).toEqual([]);
  index.put(alertOf(B), NOW - 20 * 60 * MINUTE);
  world.isOurs = true;
  await look();
  expect([...index.stories.values()]).toEqual([storyOf('A'), storyOf('A')]);
});

test('what fails is told once, made up for, and told when it is over', async () => {
  const index = given(A);
  const stop = new AbortController();
  const { keeping, log } = keeperOf(index);
  index.fault = 'away';
  const kept = keeping.keep(stop.signal);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise(resolve => setImmediate(resolve));
  };
  await until(() => index.asked.length > 2);
  index.fault = undefined;
  await until(() => log.length > 1);
  stop.abort();
  await kept;
  expect(log).toEqual(['alerts get no stories just now; tried again until they do', 'stories are kept again']);
  expect([...index.stories.values()]).toEqual([storyOf('A')]);
});

test('more than may be looked at is told once, and what has a story keeps it', async () => {
  const index = given(...Array.from({ length: 9 }, (_, i) => ({ id: `A${i}`, at: i, links: ['user:u'] })));
  const { look, log } = keeperOf(index);
  await look();
  index.most = 4;
  for (let i = 9; i < 12; i += 1) {
    index.put(alertOf({ id: `A${i}`, at: i, links: ['user:u'] }));
    await look();
  }
  expect(log).toEqual(['more alerts are linked than can be looked at: those that have a story keep it']);
  expect([...index.stories.values()].slice(0, 9)).toEqual(Array.from({ length: 9 }, () => storyOf('A0')));
});

const LINKS = ['user:a', 'user:b', 'object:c', 'object:d', 'address:shared'];
const ROUNDS = 40;
/** So that stories would be longer than a day, and end in another. */
const LONG_SPAN = 10 * SPAN;

test('whoever keeps them, and in whatever order alerts come and are raised, the stories are the same', async () => {
  const alert = fc.record({
    at: fc.integer({ min: 0, max: 10_000 }),
    lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 4_000 })),
    links: fc.uniqueArray(fc.constantFrom(...LINKS), { maxLength: 3 }),
    order: fc.nat(),
    isNext: fc.boolean(),
    isRestart: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(alert, { maxLength: 60 }), async alerts => {
      const index = new Index();
      const keeperNow = () => keeperOf(index, undefined, LONG_SPAN);
      let keeper = keeperNow();
      const all = alerts.map((one, i) => ({ ...one, id: `A${i}` }));
      for (const { id, at, lasts, links, isNext, isRestart } of all.toSorted((a, b) => a.order - b.order)) {
        index.put(alertOf({ id, at, links }));
        if (isNext) await keeper.look();
        if (isRestart) keeper = keeperNow();
        index.put(alertOf({ id, at, until: at + lasts, links }));
      }
      for (let round = 0, sent = -1; sent !== index.sent.length; round += 1) {
        expect(round).toBeLessThan(ROUNDS);
        sent = index.sent.length;
        await keeper.look();
      }
      expect(index.stories).toEqual(storiesOf([...index.alerts.values()], { ...options, spanMs: LONG_SPAN }));
    }),
    { numRuns: 300 },
  );
});
