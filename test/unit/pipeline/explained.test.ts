import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventsOf } from '../../../src/pipeline/example-events.ts';
import { type Explained, loadExplained } from '../../../src/pipeline/explained.ts';
import { auditEvent } from '../normalize/support.ts';

const RULE = join(mkdtempSync(join(tmpdir(), 'keywarden-explained-')), 'r.yml');
writeFileSync(
  RULE,
  `title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: kubernetes, service: audit }
detection:
  s: { verb: create, requestObject.spec.hostPID: true }
  condition: s
`,
);
const set = loadExplained({ rules: [RULE], lists: undefined, now: new Date() });

function explained(record: object): Explained {
  const [rule] = set.rules;
  const [event] = eventsOf({ record: record as Record<string, unknown> }).events;
  if (rule === undefined || event === undefined) throw new Error('nothing to explain');
  return set.explain(rule, event);
}

const BODY = { requestObject: { spec: { hostPID: true } } };
const cases: [name: string, record: object, fires: boolean, notes: readonly string[]][] = [
  ['it holds', auditEvent({ verb: 'create', level: 'Request', ...BODY }), true, []],
  [
    'the stage is not judged',
    auditEvent({ verb: 'create', level: 'Request', stage: 'RequestReceived', ...BODY }),
    false,
    [
      'The event is of stage RequestReceived, at which no rule is evaluated: look for the same auditID at ResponseComplete.',
    ],
  ],
  [
    'another log',
    { level: 'info', ts: '2026-11-23T05:13:03.076Z', msg: 'a line' },
    false,
    ["The rule reads the API server's audit log, the event is of etcd's log: one is never evaluated on the other."],
  ],
  [
    'the policy did not record the body',
    auditEvent({ verb: 'create' }),
    false,
    [
      'The audit policy recorded this request at level Metadata, without requestObject: to see it, the policy has to record it at level Request.',
    ],
  ],
  ['another request, whose body would not matter', auditEvent(), false, []],
  ['a body without the field', auditEvent({ verb: 'create', level: 'Request', requestObject: {} }), false, []],
];
for (const [name, record, fires, notes] of cases) {
  test(`explained: ${name}`, () => expect(explained(record)).toMatchObject({ fires, notes }));
}

test('explained: the entry of a list that excuses, with its reason and owner', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-excused-'));
  writeFileSync(
    join(folder, 'l.yml'),
    'list: robots\ndescription: d\nowner: the team\nentries: [{ value: alice, reason: makes backups }]\n',
  );
  writeFileSync(
    join(folder, 'r.yml'),
    `title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: kubernetes, service: audit }
detection:
  s: { verb: get }
  known: { user.name|expand: '%robots%' }
  condition: s and not known
`,
  );
  const listed = loadExplained({ rules: [folder], lists: undefined, now: new Date() });
  const [rule] = listed.rules;
  const [event] = eventsOf({ record: auditEvent() }).events;
  if (rule === undefined || event === undefined) throw new Error('nothing to explain');
  const { fires, notes } = listed.explain(rule, event);
  expect([fires, notes]).toEqual([false, ['alice is on the list robots: makes backups (owner: the team).']]);
});
