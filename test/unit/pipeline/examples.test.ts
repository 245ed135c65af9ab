import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type TestedRule, testExamples } from '../../../src/pipeline/examples.ts';
import { loadExplained } from '../../../src/pipeline/explained.ts';
import { auditEvent } from '../normalize/support.ts';

const ID = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const OTHER = '5a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';

const rule = (id: string, verb: string): string => `title: A ${verb}
id: ${id}
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: ${verb} }, condition: s }
`;

/** Tests rules with these examples beside them. */
function tested(rules: string, examples: string | undefined): readonly TestedRule[] {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-examples-'));
  writeFileSync(join(folder, 'r.yml'), rules);
  if (examples !== undefined) writeFileSync(join(folder, 'r.examples.yml'), examples);
  return testExamples(loadExplained({ rules: [folder], lists: undefined, now: new Date() }));
}

const record = (fields: object = {}): string => JSON.stringify(auditEvent(fields));

const examples = (match: string, noMatch: string, rule = ''): string =>
  `${rule}match:\n  - name: m\n    record: ${match}\nno_match:\n  - name: n\n    record: ${noMatch}\n`;

const ETCD = '{"level":"info","ts":"2026-11-23T05:13:03.076Z","msg":"a line"}';
const RECEIVED = { stage: 'RequestReceived', verb: 'get' };

const cases: [name: string, examples: string, held: [match: boolean, noMatch: boolean], why: string | undefined][] = [
  ['both hold', examples(record(), record({ verb: 'list' })), [true, true], undefined],
  ['a match that does not', examples(record({ verb: 'list' }), record({ verb: 'list' })), [false, true], undefined],
  ['a near miss that matches', examples(record(), record()), [true, false], undefined],
  ['a line of text', examples(`'${record()}'`, `'${ETCD}'`), [true, true], undefined],
  ['a match of the other log', examples(ETCD, ETCD), [false, true], 'The rule reads the API server'],
  ['a match at a stage that is not judged', examples(record(RECEIVED), ETCD), [false, true], 'at ResponseComplete'],
  ['a record that is no event', examples('{"a": 1}', ETCD), [false, true], 'neither a Kubernetes audit event nor'],
];
for (const [name, text, held, why] of cases) {
  test(`examples: ${name}`, () => {
    const [only] = tested(rule(ID, 'get'), text);
    expect(only?.results.map(result => result.held)).toEqual(held);
    const [first] = only?.results ?? [];
    if (why !== undefined) expect(first?.fault ?? first?.explained?.notes.join()).toContain(why);
  });
}

test('examples: a document may name the rule of the file that it is about', () => {
  const both = `${rule(ID, 'get')}---\n${rule(OTHER, 'list')}`;
  const gets = examples(record(), record({ verb: 'list' }), `rule: ${ID}\n`);
  const lists = examples(record({ verb: 'list' }), record(), `rule: ${OTHER}\n`);
  const results = tested(both, `${gets}---\n${lists}`).flatMap(one => one.results.map(({ held }) => held));
  expect(results).toEqual([true, true, true, true]);
});

const gap = (dataset: string): string =>
  JSON.stringify({ '@timestamp': '2026-11-24T05:13:11Z', event: { kind: 'pipeline_error', action: 'get', dataset } });

const ACTION = `title: Silence
id: ${ID}
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { event.action: get }, condition: s }
`;

test('examples: an event stands for what no record tells', () => {
  const written = (match: string, noMatch: string) =>
    `match:\n  - name: m\n    event: ${match}\nno_match:\n  - name: n\n    event: ${noMatch}\n`;
  const [good] = tested(ACTION, written(gap('kubernetes.audit_logs'), gap('etcd.audit_logs')));
  expect(good?.results.map(({ held }) => held)).toEqual([true, true]);
  const [bad] = tested(ACTION, written('{}', gap('etcd.audit_logs')));
  expect(bad?.results[0]?.fault).toContain('event.dataset is none of');
  const [both] = tested(ACTION, `${written('{}', '{}')}    record: {}\n`);
  expect(both?.fault?.message).toContain('no_match.0: expected a record, an event, or events');
});

test('examples: a rule without any is told from one whose examples cannot be read', () => {
  expect(tested(rule(ID, 'get'), undefined)).toMatchObject([{ results: [], fault: undefined }]);
  const [broken] = tested(rule(ID, 'get'), 'match: []\n');
  expect(broken?.fault?.code).toBe('EXAMPLES');
  expect(broken?.fault?.message).toMatch(/r\.examples\.yml:1:8: match: expected at least one record that must match$/);
});
