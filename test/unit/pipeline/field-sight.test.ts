import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findSources } from '../../../src/ingest/files.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { sightOfFields } from '../../../src/pipeline/field-sight.ts';
import { loadRules } from '../../../src/pipeline/rules.ts';
import { unseenText } from '../../../src/report/field-sight.ts';
import { auditEvent, NOW } from '../normalize/support.ts';

const rule = (n: number, selection: string, product = 'kubernetes'): string => `title: Rule ${n}
id: 00000000-0000-4000-8000-00000000000${n}
level: low
logsource: { product: ${product} }
detection: { a: { ${selection} }, condition: a }
`;
const POD = { spec: { containers: [{ image: 'x' }, { image: 'y', securityContext: { privileged: true } }] } };

/** What the rules read and the events lack: the first name on the way that is nowhere, and by how many rules. */
async function unseen(rules: readonly string[], events: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-fields-'));
  for (const [i, text] of rules.entries()) writeFileSync(join(folder, `${i}.yml`), text);
  const log = join(folder, 'audit.log');
  writeFileSync(log, events.map(event => `${JSON.stringify(event)}\n`).join(''));
  const set = loadRules({ rules: [folder], lists: undefined, now: new Date(NOW) });
  expect(set.faults).toEqual([]);
  const sink = { deadLetter: () => {}, progress: () => {} };
  return sightOfFields(
    await findSources([log]),
    set,
    normalizeSettings('keywarden', () => NOW),
    sink,
  );
}

type Case = [
  name: string,
  rules: readonly string[],
  events: readonly object[],
  unseen: readonly (readonly [string, number])[],
];
const cases: Case[] = [
  ['a field that an event has', [rule(1, 'verb: get')], [auditEvent()], []],
  [
    'a field of one element of a list',
    [rule(1, 'requestObject.spec.containers.securityContext.privileged: true')],
    [auditEvent({ requestObject: POD })],
    [],
  ],
  [
    'a body that never comes',
    [rule(1, 'requestObject.spec.a: 1'), rule(2, 'requestObject.b: 1')],
    [auditEvent()],
    [['kubernetes.audit.requestObject', 2]],
  ],
  [
    'a leaf alone',
    [rule(1, 'requestObject.spec.hostPID: true')],
    [auditEvent({ requestObject: POD })],
    [['kubernetes.audit.requestObject.spec.hostPID', 1]],
  ],
  [
    'null is no value',
    [rule(1, 'requestObject.a: 1')],
    [auditEvent({ requestObject: { a: null } })],
    [['kubernetes.audit.requestObject.a', 1]],
  ],
  [
    'a short name that stands in one of its places',
    [rule(1, 'privileged: true')],
    [auditEvent({ requestObject: POD })],
    [],
  ],
  [
    'a short name that stands nowhere: the place that events come nearest to',
    [rule(1, 'privileged: true')],
    [auditEvent({ requestObject: { spec: { containers: [{}] } } })],
    [['kubernetes.audit.requestObject.spec.containers.securityContext', 1]],
  ],
  [
    'what an object inherits is no field',
    [rule(1, 'requestObject.constructor: 1')],
    [auditEvent({ requestObject: {} })],
    [['kubernetes.audit.requestObject.constructor', 1]],
  ],
  ['keywords read no field', [rule(1, "'|contains': x")], [auditEvent()], []],
];
for (const [name, rules, events, expected] of cases) {
  test(`fields: ${name}`, async () => {
    const sight = await unseen(rules, events);
    expect(sight.unseen.map(({ path, rules: readers }) => [path.join('.'), readers.length])).toEqual(expected);
    expect(sight.fields - sight.seen).toBe(sight.unseen.flatMap(({ fields }) => fields).length);
  });
}

test('fields: a log of which no event came is counted and not reproached field by field', async () => {
  const { events, unseen: rows } = await unseen([rule(1, 'verb: get'), rule(2, 'etcd.key: x', 'etcd')], [auditEvent()]);
  expect([...events]).toEqual([
    ['kubernetes.audit_logs', 1],
    ['etcd.audit_logs', 0],
  ]);
  expect(unseenText(rows, events)).toBe('');
});

test('fields: what a person reads', async () => {
  const rules = [1, 2, 3, 4, 5].map(n => rule(n, `requestObject.spec.a${n}: 1`));
  const { events, unseen: rows } = await unseen(rules, [auditEvent()]);
  expect(unseenText(rows, events)).toBe(`kubernetes.audit_logs: in none of 1 events
  kubernetes.audit.requestObject — 5 rules
        written requestObject.spec.a1, requestObject.spec.a2, requestObject.spec.a3, requestObject.spec.a4 and 1 more
        Rule 1
        Rule 2
        Rule 3
        and 2 more
`);
});
