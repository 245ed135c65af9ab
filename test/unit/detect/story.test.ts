import { expect, test } from '@jest/globals';
import { inStory, MOST_ALERTS, Stories, storiesOf } from '../../../src/detect/story.ts';
import type { Alert } from '../../../src/model/alert.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T05:00:00Z');
const SPAN = 60 * MINUTE;

type Given = {
  readonly id: string;
  /** Minutes after the start. */
  readonly at: number;
  readonly until?: number;
  readonly links: readonly string[];
  readonly cluster?: string;
};

const time = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

const alertOf = ({ id, at, until = at, links, cluster = 'c' }: Given): Alert =>
  ({
    event: { id },
    orchestrator: { cluster: { name: cluster } },
    keywarden: { alert: { first_seen: time(at), last_seen: time(until), links } },
  }) as unknown as Alert;

/** Which alerts are one story, in the order in which they are told: `A B | C`. */
function grouped(given: readonly Given[], isShared?: (link: string) => boolean): string {
  const told: Alert[] = [];
  const stories = new Stories<Alert>(
    isShared === undefined ? { spanMs: SPAN } : { spanMs: SPAN, isShared },
    (alert, story) => told.push(inStory(alert, story)),
  );
  for (const alert of given.map(alertOf)) stories.close(alert);
  stories.expire(Number.POSITIVE_INFINITY);
  const groups = Map.groupBy(told, ({ keywarden }) => keywarden.alert.story);
  return [...groups.values()].map(alerts => alerts.map(({ event }) => event.id).join(' ')).join(' | ');
}

const cases: Readonly<Record<string, readonly [given: readonly Given[], told: string]>> = {
  'one user': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 5, links: ['user:u'] },
    ],
    'A B',
  ],
  'two users': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 5, links: ['user:v'] },
    ],
    'A | B',
  ],
  'a user and an object of the same name': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 5, links: ['object:u'] },
    ],
    'A | B',
  ],
  'one user in two clusters': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 5, links: ['user:u'], cluster: 'd' },
    ],
    'A | B',
  ],
  'nothing that links': [
    [
      { id: 'A', at: 0, links: [] },
      { id: 'B', at: 0, links: [] },
    ],
    'A | B',
  ],
  'a chain: by the user, then by the object': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 5, links: ['user:u', 'object:o'] },
      { id: 'C', at: 9, links: ['user:v', 'object:o'] },
    ],
    'A B C',
  ],
  'two stories that a third alert links': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 1, links: ['object:o'] },
      { id: 'C', at: 2, links: ['user:u', 'object:o'] },
    ],
    'A B C',
  ],
  'just within the span': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 60, links: ['user:u'] },
    ],
    'A B',
  ],
  'just beyond the span': [
    [
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'B', at: 60.01, links: ['user:u'] },
    ],
    'A | B',
  ],
  'the span counts from the end of an alert that lasts': [
    [
      { id: 'A', at: 0, until: 100, links: ['user:u'] },
      { id: 'B', at: 150, links: ['user:u'] },
    ],
    'A B',
  ],
  'one that began before, and is told after': [
    [
      { id: 'B', at: 30, links: ['user:u'] },
      { id: 'A', at: 0, links: ['user:u'] },
    ],
    'B A',
  ],
  'what is shared links nobody': [
    [
      { id: 'A', at: 0, links: ['address:10.0.0.1', 'user:u'] },
      { id: 'B', at: 5, links: ['address:10.0.0.1', 'user:v'] },
    ],
    'A | B',
  ],
  'no longer than a day': [
    Array.from({ length: 26 }, (_, i) => ({ id: String.fromCharCode(65 + i), at: i * 60, links: ['user:u'] })),
    'A B C D E F G H I J K L M N O P Q R S T U V W X Y | Z',
  ],
};
for (const [name, [given, told]] of Object.entries(cases)) {
  test(`stories: ${name}`, () =>
    expect(grouped(given, name.startsWith('what is shared') ? link => link === 'address:10.0.0.1' : undefined)).toBe(
      told,
    ));
}

test('stories: no more alerts than allowed, and then another story', () => {
  const given = Array.from({ length: MOST_ALERTS + 1 }, (_, i) => ({ id: String(i), at: 0, links: ['user:u'] }));
  expect(
    grouped(given)
      .split(' | ')
      .map(story => story.split(' ').length),
  ).toEqual([MOST_ALERTS, 1]);
});

test('stories: the id depends on the earliest alert alone, in whatever order they come', () => {
  const given = [
    { id: 'A', at: 0, links: ['user:u'] },
    { id: 'B', at: 1, links: ['user:u'] },
    { id: 'C', at: 1, links: ['user:u'] },
  ];
  const ids = [given, given.toReversed(), given.slice(0, 2)].map(some => {
    const told: Alert[] = [];
    const stories = new Stories<Alert>({ spanMs: SPAN }, (alert, story) => told.push(inStory(alert, story)));
    for (const alert of some.map(alertOf)) stories.close(alert);
    stories.expire(Number.POSITIVE_INFINITY);
    return new Set(told.map(({ keywarden }) => keywarden.alert.story));
  });
  expect(ids[0]?.size).toBe(1);
  expect([ids[1], ids[2]]).toEqual([ids[0], ids[0]]);
});

test('stories: told when nothing can belong to them any more, and not while an alert is raised', () => {
  const told: string[] = [];
  const stories = new Stories({ spanMs: SPAN }, ({ event }) => told.push(event.id));
  const [a, b, c] = [
    { id: 'A', at: 0, links: ['user:u'] },
    { id: 'B', at: 1, links: ['user:v'] },
    { id: 'C', at: 2, links: ['user:u'] },
  ].map(alertOf) as [Alert, Alert, Alert];
  stories.close(a);
  stories.close(b);
  stories.see('C', START + 2 * MINUTE, () => c);
  stories.expire(START + 61 * MINUTE);
  expect(told).toEqual([]);
  stories.expire(START + 90 * MINUTE);
  expect(told).toEqual(['B']);
  stories.close(c);
  stories.expire(START + 90 * MINUTE);
  expect(told).toEqual(['B', 'A', 'C']);
});

/** The same of alerts that are all known, in the order of their ids. */
function among(given: readonly Given[]): string {
  const stories = storiesOf(given.map(alertOf), { spanMs: SPAN });
  const ids = given.map(({ id }) => id).sort();
  return [...Map.groupBy(ids, id => stories.get(id)).values()].map(some => some.join(' ')).join(' | ');
}

const known: Readonly<Record<string, readonly [given: readonly Given[], stories: string]>> = {
  'the order in which they are given does not matter': [
    [
      { id: 'C', at: 9, links: ['object:o'] },
      { id: 'A', at: 0, links: ['user:u'] },
      { id: 'X', at: 3, links: ['user:x'] },
      { id: 'B', at: 5, links: ['user:u', 'object:o'] },
      { id: 'D', at: 200, links: ['user:u'] },
    ],
    'A B C | D | X',
  ],
  'one that is raised for days stays in the story that it began': [
    [
      { id: 'A', at: 0, until: 4_000, links: ['user:u'] },
      { id: 'B', at: 5, links: ['user:u'] },
      { id: 'C', at: 1_300, links: ['user:u'] },
      { id: 'D', at: 2_000, links: ['user:u'] },
    ],
    'A B C | D',
  ],
};
for (const [name, [given, stories]] of Object.entries(known)) {
  test(`stories of known alerts: ${name}`, () => expect(among(given)).toBe(stories));
}

test('stories of known alerts: a link leads to the story that may still grow', () => {
  const many = Array.from({ length: MOST_ALERTS - 1 }, (_, i) => ({ id: `M${i}`, at: 0, links: ['user:u'] }));
  const others = [
    { id: 'A', at: 1, links: ['object:o'] },
    { id: 'B', at: 1, links: ['object:o'] },
    { id: 'Last', at: 2, links: ['user:u', 'object:o'] },
    { id: 'Z', at: 3, links: ['object:o'] },
  ];
  expect(among([...many, ...others]).split(' | ')[0]).toBe('A B Z');
});
