import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readMarked } from '../../../../src/pipeline/tune/marked.ts';

const FILE = join(mkdtempSync(join(tmpdir(), 'keywarden-marked-')), 'a.jsonl');

const SEEN = '2026-11-23T05:13:11.602804Z';

const alert = (id: string): object => ({
  event: { id, kind: 'alert' },
  rule: { id: 'r' },
  keywarden: { alert: { evidence: [{ event_id: `e-${id}` }], group: { u: 'x' }, first_seen: SEEN, last_seen: SEEN } },
});
const marked = (id: string, line: number): object => ({
  id,
  rule: 'r',
  events: [`e-${id}`],
  group: { u: 'x' },
  from: Date.parse(SEEN),
  to: Date.parse(SEEN),
  place: `${FILE}:${line}`,
});

const forms: [name: string, text: string, expected: readonly object[]][] = [
  ['lines', `${JSON.stringify(alert('a'))}\n\n${JSON.stringify(alert('b'))}\n`, [marked('a', 1), marked('b', 3)]],
  [
    'an array, as --format json prints it',
    `[\n${JSON.stringify(alert('a'))},\n${JSON.stringify(alert('b'))}\n]\n`,
    [marked('a', 2), marked('b', 3)],
  ],
  ['hits of a search', JSON.stringify({ _index: 'x', _id: 'y', _source: alert('a') }), [marked('a', 1)]],
  ['nothing', '', []],
];
for (const [name, text, expected] of forms) {
  test(`marked alerts: ${name}`, async () => {
    writeFileSync(FILE, text);
    expect(await readMarked(FILE)).toEqual(expected);
  });
}

for (const text of ['{"a": 1}', 'no JSON', JSON.stringify({ ...alert('a'), keywarden: {} })]) {
  test(`marked alerts: ${text.slice(0, 10)} is none`, async () => {
    writeFileSync(FILE, `${JSON.stringify(alert('a'))}\n${text}\n`);
    await expect(readMarked(FILE)).rejects.toThrow(/a\.jsonl:2: is no alert as "hunt --format jsonl" prints it/);
  });
}
