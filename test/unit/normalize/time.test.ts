import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const times: [text: string, event: string | null, shipper: number | null][] = [
  ['2026-11-23T05:13:03', '2026-11-23T05:13:03.000Z', 1_795_410_783_000],
  ['2026-11-23T05:13:03.5', '2026-11-23T05:13:03.500Z', 1_795_410_783_500],
  ['2026-11-23', '2026-11-23T00:00:00.000Z', 1_795_392_000_000],
  ['2026-11-23T05:13:03Z', '2026-11-23T05:13:03Z', 1_795_410_783_000],
  ['2026-11-23T07:13:03+02:00', '2026-11-23T05:13:03.000Z', 1_795_410_783_000],
  ['2026-11-23 05:13:03 +0000', null, 1_795_410_783_000],
  ['2026-11-23 05:13:03', null, 1_795_410_783_000],
  ['soon', null, null],
];

const SCRIPT = `
import { utc } from './src/normalize/time.ts';
import { millisOf } from './src/normalize/envelope/time.ts';
const texts = JSON.parse(process.argv[1]);
console.log(JSON.stringify(texts.map(text => [text, utc(text) ?? null, millisOf(text) ?? null])));`;

test('a time without a zone is UTC, wherever this runs', () => {
  // A process of its own, since the zone is read once.
  const { stdout } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', SCRIPT, JSON.stringify(times.map(([text]) => text))],
    { env: { ...process.env, TZ: 'Asia/Tokyo' }, encoding: 'utf8' },
  );
  expect(JSON.parse(stdout)).toEqual(times);
});
