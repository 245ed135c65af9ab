import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventsInFile, eventsOfFile, parsePlace } from '../../../src/pipeline/find-event.ts';
import { auditEvent } from '../normalize/support.ts';

const places: [text: string, place: object][] = [
  ['audit.log:17', { file: 'audit.log', line: 17 }],
  ['/var/log/a:b.log:17 item 3', { file: '/var/log/a:b.log', line: 17, item: 3 }],
  ['kubernetes-audit/0@17', { topic: 'kubernetes-audit', partition: 0, offset: 17 }],
  ['kubernetes-audit/2@17 item 1', { topic: 'kubernetes-audit', partition: 2, offset: 17, item: 1 }],
  ['{"file": "audit.log", "line": 17}', { file: 'audit.log', line: 17 }],
  ['{"topic": "t", "partition": 1, "offset": 2, "item": 3}', { topic: 't', partition: 1, offset: 2, item: 3 }],
  ['-', { file: '-', line: undefined }],
  ['event.json', { file: 'event.json', line: undefined }],
];
for (const [text, place] of places) test(`place: ${text}`, () => expect(parsePlace(text)).toEqual(place));

test('place: JSON that is no origin', () => {
  expect(() => parsePlace('{"a": 1}')).toThrow('expected an origin such as {"file": "audit.log", "line": 17}');
  expect(() => parsePlace('{')).toThrow('is no JSON');
});

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-events-'));
const LOG = join(FOLDER, 'audit.log');
const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [auditEvent({ verb: 'list' }), auditEvent()] };
writeFileSync(LOG, `${JSON.stringify(auditEvent())}\nno JSON\n${JSON.stringify(list)}\n`);
const PRETTY = join(FOLDER, 'event.json');
writeFileSync(PRETTY, JSON.stringify(auditEvent(), undefined, 2));

const verbs = async (found: ReturnType<typeof eventsInFile>): Promise<readonly string[]> =>
  (await found).events.map(({ document }) => document.event.action);

test('the events of a line, of one item of it, and of a file that is one record', async () => {
  expect(await verbs(eventsInFile({ file: LOG, line: 1 }))).toEqual(['get']);
  expect(await verbs(eventsInFile({ file: LOG, line: 3 }))).toEqual(['list', 'get']);
  expect(await verbs(eventsInFile({ file: LOG, line: 3, item: 1 }))).toEqual(['get']);
  expect(await verbs(eventsOfFile(PRETTY))).toEqual(['get']);
});

test('what has no event says why', async () => {
  expect(await eventsInFile({ file: LOG, line: 2 })).toEqual({ events: [], fault: 'not valid JSON' });
  await expect(eventsInFile({ file: LOG, line: 4 })).rejects.toThrow('has no line 4; it ends with line 3');
  await expect(eventsOfFile(LOG)).rejects.toThrow(`say which line, such as ${LOG}:17`);
  await expect(eventsInFile({ file: join(FOLDER, 'none'), line: 1 })).rejects.toThrow('no such file');
});
