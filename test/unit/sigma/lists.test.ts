import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { activeValues, parseList } from '../../../src/sigma/lists.ts';

const HEAD = 'list: backup_hosts\ndescription: Hosts that take snapshots\nowner: Storage\n';

test('a list is read as it stands', () => {
  const text = `${HEAD}entries:\n  - { value: 10.0.0.9, reason: nightly, expires: 2027-06-30 }\n`;
  expect(parseList(text, 'list.yml')).toEqual({
    list: 'backup_hosts',
    description: 'Hosts that take snapshots',
    owner: 'Storage',
    entries: [{ value: '10.0.0.9', reason: 'nightly', expires: '2027-06-30' }],
  });
});

const days: [now: string, values: readonly string[]][] = [
  ['2026-01-01T00:00:00Z', ['forever', 'june', 'may']],
  ['2026-05-31T23:59:59Z', ['forever', 'june', 'may']],
  ['2026-06-01T00:00:00Z', ['forever', 'june']],
  ['2026-06-30T23:59:59.999Z', ['forever', 'june']],
  ['2026-07-01T00:00:00Z', ['forever']],
];
for (const [now, values] of days) {
  test(`an entry counts until its last day is over: ${now}`, () => {
    const entries = [
      '{ value: forever, reason: r }',
      '{ value: june, reason: r, expires: 2026-06-30 }',
      '{ value: may, reason: r, expires: 2026-05-31 }',
    ];
    const list = parseList(`${HEAD}entries: [${entries.join(', ')}]`, 'list.yml');
    expect(activeValues(list, new Date(now))).toEqual(values);
  });
}

const errors: [name: string, text: string, message: string][] = [
  ['nothing', '', '1:1: the file is empty; a list has list, description, owner and entries'],
  ['two lists', `${HEAD}entries: []\n---\n${HEAD}`, '6:1: one list a file'],
  ['no owner', 'list: a\ndescription: d\nentries: []', '1:1: owner: is missing; expected string'],
  ['a name with capitals', 'list: Hosts', '1:7: list: a name of lower-case letters, digits and _'],
  ['a name with a hyphen', 'list: backup-hosts', '1:7: list: a name of lower-case letters, digits and _'],
  [
    'a value that is a number',
    `${HEAD}entries:\n  - value: 5\n    reason: r`,
    '5:12: entries.0.value: Invalid input: expected string, received number',
  ],
  ['no reason', `${HEAD}entries:\n  - value: a`, '5:5: entries.0.reason: is missing; expected string'],
  [
    'a day that is none',
    `${HEAD}entries: [{ value: a, reason: r, expires: 2026-02-30 }]`,
    '4:43: entries.0.expires: a day such as 2027-06-30',
  ],
  [
    'an unknown key',
    `${HEAD}entries: [{ value: a, reason: r, until: x }]`,
    '4:34: entries.0.until: is no known key; see docs/rules.md',
  ],
  ['a key twice', `${HEAD}owner: x`, '4:1: Map keys must be unique'],
  ['no map', '- a', '1:1: expected keys and values'],
];
for (const [name, text, message] of errors) {
  test(`a list that cannot be used says where and why: ${name}`, () => {
    expect(() => parseList(text, 'list.yml')).toThrow(new KeywardenError('LIST', `list.yml:${message}`));
  });
}
