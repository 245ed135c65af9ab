import { expect, test } from '@jest/globals';
import { letterLine, lettersTable, letterText, reasonsOf } from '../../../src/report/deadletters.ts';
import { filed, letterOf } from '../pipeline/letters.ts';

test('the table shows time, stage, size, reason, and below it origin and the letter’s own place', () => {
  const item = {
    origin: { topic: 'audit', partition: 0, offset: 1, item: 4 },
    unsealed: 'larger than the topic takes',
  };
  expect(lettersTable([filed(17, {}, true, 3), filed(1, item)])).toBe(
    `TIME                     STAGE      SIZE        SEALED  REASON
2026-11-23 12:00:01.000  normalize  8 B         yes     not valid JSON
  audit/0@17 · letter dead/0@3
2026-11-23 12:00:01.000  normalize  8 B         no      not valid JSON
  audit/0@1 item 4 · letter dead/0@1 · bytes not in it: larger than the topic takes
`,
  );
  expect(lettersTable([])).toBe('');
});

test('a line of JSON holds the letter and its place, of sealed bytes only that there are some', () => {
  expect(JSON.parse(letterLine(filed(17, {}, true, 3)))).toEqual({
    ...letterOf(17),
    sealed: true,
    letter: { topic: 'dead', partition: 0, offset: 3, written: '2026-11-23T12:00:01.000Z' },
  });
});

test('reasons are counted, the most first', () => {
  expect(reasonsOf([filed(1), filed(2, { reason: 'empty' }), filed(3)])).toBe(
    '      2  not valid JSON\n      1  empty\n',
  );
});

const bytes: [name: string, bytes: Buffer | undefined, end: string][] = [
  ['not opened', undefined, 'sealed      yes\n'],
  ['text', Buffer.from('{"a":"ü"}'), 'bytes\n{"a":"ü"}\n'],
  ['what a terminal would obey', Buffer.from('\u001b[2J\r\u202e'), 'bytes\n\\u001b[2J\\u000d\\u202e\n'],
  ['no UTF-8', Buffer.from([0x61, 0xff, 0x9b]), 'bytes (not UTF-8, each a character)\naÿ\\u009b\n'],
];
for (const [name, opened, end] of bytes) {
  test(`one letter in full, its bytes ${name}`, () => {
    const text = letterText(letterOf(17, { sealed: 'YWdl' }), opened);
    expect(text.endsWith(end)).toBe(true);
    expect(text).toContain('origin      {"topic":"audit","partition":0,"offset":17}\n');
  });
}

test('nothing that a letter says can move the cursor', () => {
  const evil = { reason: '\u001b[2J', unsealed: '\u001b]0;', origin: { file: '\u001b', line: 1 } };
  const shown = [lettersTable([filed(1, evil)]), reasonsOf([filed(1, evil)]), letterText(letterOf(1, evil), undefined)];
  expect(shown.filter(text => text.includes('\u001b'))).toEqual([]);
});
