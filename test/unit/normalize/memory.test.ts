import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const EVENTS = 100;
const EVENT_BYTES = 500_000;

const SCRIPT = `
import { normalize } from './src/normalize/normalize.ts';
import { normalizeSettings } from './src/normalize/settings.ts';
const settings = normalizeSettings('keywarden', () => 0);
const used = () => (gc(), process.memoryUsage().heapUsed);
const before = used();
for (let i = 0; i < ${EVENTS}; i += 1) {
  const text = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"get","requestObject":{"a":"' +
    'x'.repeat(${EVENT_BYTES}) + '"},"annotations":{"authorization.k8s.io/reason":"' + i + '"}}';
  const record = { bytes: Buffer.from(text), origin: { file: 'a', line: i }, cluster: undefined, receivedAt: 0 };
  normalize(record, settings, { event() {}, deadLetter() {} });
}
console.log(used() - before);`;

test('what is remembered of annotations keeps no record alive', () => {
  const flags = ['--expose-gc', '--no-warnings', '--input-type=module', '-e', SCRIPT];
  const { stdout } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  expect(stdout).toMatch(/^-?\d+\n$/);
  expect(Number(stdout)).toBeLessThan((EVENTS * EVENT_BYTES) / 5);
});
