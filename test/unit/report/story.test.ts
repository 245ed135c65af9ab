import { expect, test } from '@jest/globals';
import type { Alert, Level } from '../../../src/model/alert.ts';
import { alertText } from '../../../src/report/handling.ts';
import { row, table } from '../../../src/report/table.ts';

const alertOf = (name: string, story: string, second: number, links: readonly string[], level: Level = 'low'): Alert =>
  ({
    message: name,
    event: { id: name, severity: 1 },
    rule: { id: 'r', name: 'rule' },
    keywarden: {
      alert: {
        level,
        story,
        links,
        status: 'open',
        count: 1,
        first_seen: `2026-11-23T05:00:0${second}.000Z`,
        last_seen: `2026-11-23T05:00:0${second}.000Z`,
        evidence: [],
        group: {},
      },
    },
  }) as unknown as Alert;

const SHOWN = [
  alertOf('second', 'story-number-one', 3, ['user:u', 'object:apps/deployments/dev/web'], 'high'),
  alertOf('alone', 'another', 2, ['user:v']),
  alertOf('first', 'story-number-one', 1, ['user:u', 'object:apps/deployments/dev/web', 'credential:JTI=1']),
  alertOf('third', 'story-number-one', 4, ['user:u', 'credential:JTI=1']),
];

test('the table tells stories in the order of their beginnings, and what is in them in order', () => {
  const text = table(SHOWN, { colour: false, width: 120 });
  const lines = text.split('\n').flatMap(line => /STORY.*|first|second|third|alone/.exec(line)?.[0] ?? []);
  expect(lines).toEqual([
    'STORY story-numb · 3 alerts, high · 2026-11-23 05:00:01.000 to 05:00:04.000: u, deployments dev/web',
    'first',
    'second',
    'third',
    'alone',
  ]);
});

test('an alert that stands alone has no heading', () =>
  expect(table([alertOf('alone', 's', 1, ['user:u'])], { colour: false, width: 120 })).not.toContain('STORY'));

test('no links are told that are hostile to a terminal', () => {
  const links = ['user:\u001b[31mu'];
  expect(
    table([alertOf('a', 's', 1, links), alertOf('b', 's', 2, links)], { colour: false, width: 120 }),
  ).not.toContain('\u001b');
});

const sizes: Readonly<Record<string, readonly [size: number | undefined, told: string | undefined]>> = {
  'one of several': [14, 'story-numb, 14 alerts'],
  'one that is known to stand alone': [1, undefined],
  'where nobody has counted': [undefined, 'story-numb'],
};
for (const [name, [size, told]] of Object.entries(sizes)) {
  test(`the story of an alert that can be handled: ${name}`, () => {
    const alert = { ...alertOf('alone', 'story-number-one', 1, []), rule: { id: 'r', name: 'Rule' } };
    const looks = {
      colour: false,
      width: 120,
      ...(size === undefined ? {} : { stories: new Map([['story-number-one', size]]) }),
    };
    const inRow = row(alert, { ...looks, handled: true });
    expect(inRow.split('\n')[1]?.trim()).toBe(`alone · open · Rule${told === undefined ? '' : ` · story ${told}`}`);
    const line = alertText(alert, new Map(), looks)
      .split('\n')
      .find(text => text.startsWith('story'));
    expect(line?.slice(12)).toBe(told);
  });
}
