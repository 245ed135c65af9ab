import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { alertOf } from '../../../../src/detect/alert.ts';
import { createEngine } from '../../../../src/detect/engine.ts';
import { findSources } from '../../../../src/ingest/files.ts';
import { loadRules } from '../../../../src/pipeline/rules.ts';
import { TO_FILL_IN } from '../../../../src/pipeline/tune/proposal.ts';
import { type Tuning, tune } from '../../../../src/pipeline/tune/tune.ts';
import { parseRules } from '../../../../src/sigma/parse.ts';
import { auditEvent, normalized } from '../../normalize/support.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-tune-'));
const RULES = join(FOLDER, 'rules');
const LOG = join(FOLDER, 'audit.log');
const ID = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';

const rules = (detection: string): string => `title: Secrets read
id: ${ID}
level: low
logsource: { product: kubernetes, service: audit }
detection:
  read: { verb: get, objectRef.resource: secrets }
${detection}
`;
const LISTED = rules("  known: { user.name|expand: '%readers%' }\n  condition: read and not known");
const PLAIN = rules('  condition: read');
const LIST = 'list: readers\ndescription: who reads\nowner: us\nentries: []\n';

type Request = { user: string; ip?: string; namespace?: string; name?: string; agent?: string };

let count = 0;
function request({ user, ip = '10.0.0.1', namespace = 'dev', name = 's', agent = 'kubectl' }: Request): object {
  count += 1;
  return auditEvent({
    auditID: `id-${count}`,
    stageTimestamp: new Date(Date.parse('2026-11-23T05:00:00Z') + count * 1_000).toISOString(),
    user: { username: user },
    sourceIPs: [ip],
    userAgent: agent,
    objectRef: { resource: 'secrets', namespace, name },
  });
}

type Given = { rule?: string; false: Request[]; true?: Request[]; unmarked?: Request[]; examples?: Request[] };

/** Tunes the rule by alerts on these requests. */
async function tuned(given: Given): Promise<Tuning | undefined> {
  const folder = mkdtempSync(RULES);
  writeFileSync(join(folder, 'r.yml'), given.rule ?? PLAIN);
  writeFileSync(join(folder, 'l.yml'), LIST);
  const example = (record: object) => ({ name: 'an example', record });
  if (given.examples !== undefined) {
    const examples = { match: given.examples.map(request).map(example), no_match: [example(auditEvent())] };
    writeFileSync(join(folder, 'r.examples.yml'), JSON.stringify(examples));
  }
  const set = loadRules({ rules: [folder], lists: undefined, now: new Date() });
  expect(set.faults).toEqual([]);
  const [wrong, right, unmarked] = [given.false, given.true ?? [], given.unmarked ?? []].map(all => all.map(request));
  const lines = [...(wrong ?? []), ...(right ?? []), ...(unmarked ?? [])].map(record => JSON.stringify(record));
  writeFileSync(LOG, lines.join('\n'));
  const engine = createEngine(set.rules);
  const marked = (records: readonly object[] = []) =>
    records
      .flatMap(record => normalized(record).events)
      .flatMap(event => engine.match(event).map(rule => alertOf(rule, event, 'request')))
      .map(alert => ({
        id: alert.event.id,
        rule: alert.rule.id,
        events: alert.keywarden.alert.evidence.map(one => one.event_id),
        group: alert.keywarden.alert.group,
        from: Date.parse(alert.keywarden.alert.first_seen),
        to: Date.parse(alert.keywarden.alert.last_seen),
        place: 'a.jsonl:1',
      }));
  const { tunings } = await tune(
    await findSources([LOG]),
    { false: marked(wrong), true: marked(right), cluster: undefined },
    set,
    { deadLetter: () => {}, progress: () => {} },
  );
  return tunings[0];
}

/** What is proposed: the list, or the fields of a filter. */
function told(tuning: Tuning | undefined): unknown {
  const { proposal } = tuning ?? {};
  const fields = proposal?.fields.map(({ field, values }) => [field, ...values]);
  return proposal?.kind === 'list' ? [proposal.list, ...(fields ?? [])] : fields;
}

const MALLORY = { user: 'mallory', ip: '10.6.6.6', namespace: 'prod', name: 'root' };
const ROBOT = { user: 'system:serviceaccount:ci:robot', namespace: 'ci' };
const ALICE = { user: 'alice', ip: '10.0.0.7' };

const cases: [name: string, given: Given, expected: unknown][] = [
  [
    'a person is named with her address and where she acts',
    { false: [ALICE, ALICE], true: [MALLORY] },
    [
      ['user.name', 'alice'],
      ['source.ip', '10.0.0.7'],
      ['orchestrator.namespace', 'dev'],
      ['objectRef.name', 's'],
    ],
  ],
  [
    'one alert does not fix the name of the object',
    { false: [ALICE] },
    [
      ['user.name', 'alice'],
      ['source.ip', '10.0.0.7'],
      ['orchestrator.namespace', 'dev'],
    ],
  ],
  [
    'a machine is named in the list that the rule asks',
    {
      rule: LISTED,
      false: [
        { ...ROBOT, ip: '10.1.0.1' },
        { ...ROBOT, ip: '10.1.0.2', name: 't' },
      ],
      true: [MALLORY],
    },
    ['readers', ['user.name', ROBOT.user]],
  ],
  [
    'a machine of a rule without a list is named without its address',
    {
      false: [
        { ...ROBOT, ip: '10.1.0.1', name: 'a' },
        { ...ROBOT, ip: '10.1.0.1', name: 'b' },
      ],
    },
    [
      ['user.name', ROBOT.user],
      ['orchestrator.namespace', 'ci'],
    ],
  ],
  [
    'a person on a list would be excused everywhere, so a filter comes first',
    { rule: LISTED, false: [ALICE], true: [{ ...ALICE, ip: '203.0.113.9' }] },
    [
      ['user.name', 'alice'],
      ['source.ip', '10.0.0.7'],
      ['orchestrator.namespace', 'dev'],
    ],
  ],
  [
    'several machines',
    {
      false: [
        { ...ROBOT, name: 'a' },
        { ...ROBOT, user: 'system:node:n1', name: 'b' },
      ],
      true: [MALLORY],
    },
    [
      ['user.name', ROBOT.user, 'system:node:n1'],
      ['orchestrator.namespace', 'ci'],
    ],
  ],
  [
    'what a client writes as it likes, where nothing else is shared',
    {
      false: [1, 2, 3, 4, 5, 6].map(n => ({
        user: `u${n}`,
        ip: `10.0.0.${n}`,
        namespace: `n${n}`,
        name: `s${n}`,
        agent: 'robot',
      })),
      true: [MALLORY],
    },
    [['user_agent.original', 'robot']],
  ],
  ['a true alert that has all the same', { false: [ALICE, ALICE], true: [ALICE] }, undefined],
  ['an example that would match no more', { false: [ALICE], examples: [ALICE] }, undefined],
  [
    'anonymous requests share no identity but their address',
    { false: [{ user: 'system:anonymous', ip: '10.0.0.2' }] },
    [
      ['source.ip', '10.0.0.2'],
      ['orchestrator.namespace', 'dev'],
    ],
  ],
];
for (const [name, given, expected] of cases) {
  test(`tune: ${name}`, async () => expect(told(await tuned(given))).toEqual(expected));
}

test('tune: the proof counts what is gone and what is kept', async () => {
  const { proof } =
    (await tuned({
      false: [ALICE, ALICE],
      true: [MALLORY],
      unmarked: [ALICE, { user: 'bob' }],
      examples: [MALLORY],
    })) ?? {};
  expect(proof).toMatchObject({ falseGone: 2, falseLeft: [], trueKept: 1, trueLost: [], examplesKept: 1 });
  expect(proof?.unmarkedGone.map(({ origin }) => origin)).toEqual([{ file: LOG, line: 4 }]);
});

test('tune: what is proposed can be read, means what it says, and names nobody as its owner yet', async () => {
  const { proposal } = (await tuned({ false: [{ user: 'a*b\\?' }] })) ?? {};
  const [document] = parseRules(proposal?.yaml ?? '', 'p.yml');
  expect(document).toMatchObject({ kind: 'filter', source: { filter: { rules: [{ rule: ID }] } } });
  expect(proposal?.yaml).toContain('user.name|cased: a\\*b\\\\\\?');
  expect(proposal?.yaml).toContain(`Owner: ${TO_FILL_IN}`);
});

test('tune: a name with characters that cannot be seen is not proposed', async () =>
  expect(told(await tuned({ false: [{ user: 'al\u202eice' }] }))).toEqual([
    ['source.ip', '10.0.0.1'],
    ['orchestrator.namespace', 'dev'],
  ]));

test('tune: alerts that are not in the logs are named, and the rule must be in force', async () => {
  const set = loadRules({ rules: undefined, lists: undefined, now: new Date() });
  const [rule] = set.rules;
  const alert = { id: 'x', rule: rule?.rule.id ?? '', events: ['y'], group: {}, from: 0, to: 0, place: 'a.jsonl:1' };
  const sink = { deadLetter: () => {}, progress: () => {} };
  const sources = await findSources([LOG]);
  const { tunings } = await tune(sources, { false: [alert], true: [], cluster: undefined }, set, sink);
  expect(tunings).toMatchObject([{ proposal: undefined, cases: { missing: [alert] } }]);
  const unknown = tune(sources, { false: [{ ...alert, rule: 'nobody' }], true: [], cluster: undefined }, set, sink);
  await expect(unknown).rejects.toThrow('a.jsonl:1: no rule in force has the id nobody; say by --rules where it is');
});
