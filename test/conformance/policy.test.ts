import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkPolicy, type RuleSight } from '../../src/pipeline/policy-check.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { parsePolicy } from '../../src/policy/policy.ts';
import { remedyText, sightsTally, sightsText } from '../../src/report/policy.ts';

const NOW = new Date('2026-11-24');
const shipped = loadRules({ rules: undefined, lists: undefined, now: NOW });
const policyOf = (rules: string) => parsePolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules}`, 'p.yml');
const blind = (sights: readonly RuleSight[]): readonly string[] =>
  sights.filter(({ sight }) => sight.blind.length > 0).map(({ rule }) => rule.title);

test('the policy that we ship lets every shipped rule see what can be seen without writing secrets into the log', () => {
  const file = 'deploy/control-plane/audit-policy.yaml';
  const { remedy } = checkPolicy(parsePolicy(readFileSync(file, 'utf8'), file), shipped);
  expect({ rules: remedy.rules, stages: remedy.stages }).toEqual({ rules: [], stages: [] });
});

const poor: [name: string, rules: string][] = [
  ['that records nothing', '- level: None\n'],
  ['that records metadata alone', '- level: Metadata\n'],
  ['that has no rule for most', '- { level: Request, resources: [{ group: apps }] }\n'],
];
for (const [name, rules] of poor) {
  test(`a policy ${name}, with the change that is proposed, blinds no rule but for the bodies of Secrets`, () => {
    const check = checkPolicy(policyOf(rules), shipped);
    expect(blind(check.sights).length).toBeGreaterThan(5);
    const refused = new Set(check.remedy.refused.map(({ sample }) => sample.name));
    const left = check.after.flatMap(({ sight }) => sight.blind.map(({ sample }) => sample.name));
    expect(left.filter(sample => !refused.has(sample))).toEqual([]);
    expect(check.remedy.rules.length).toBeGreaterThan(0);
  });
}

const OWN = (more: string): string => `title: Own
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: high
logsource: { product: kubernetes, service: audit }
detection: { a: { ${more} }, condition: a }
`;
const own: [name: string, fields: string, rules: string, text: string][] = [
  [
    'a verb that is not recorded',
    'objectRef.resource: deployments, verb: delete',
    '- { level: None, verbs: [delete] }\n- { level: Metadata }\n',
    'delete deployments: needs Metadata, rule 1 (line 4) says None',
  ],
  [
    'a body that is not recorded',
    'objectRef.resource: roles, verb: create, requestObject.kind: Role',
    '- { level: Metadata }\n',
    'create roles: needs Request, rule 1 (line 4) says Metadata',
  ],
  [
    'an answer that is not recorded',
    'objectRef.resource: pods, verb: get, responseObject.kind: Pod',
    '- { level: Request }\n',
    'get pods: needs RequestResponse, rule 1 (line 4) says Request',
  ],
];
for (const [name, fields, rules, text] of own) {
  test(`a rule without examples is judged by its fields: ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'keywarden-policy-'));
    writeFileSync(join(folder, 'own.yml'), OWN(fields));
    const policy = policyOf(rules);
    const check = checkPolicy(policy, loadRules({ rules: [folder], lists: undefined, now: NOW }));
    expect(sightsText(policy, check.sights)).toContain(text);
    expect(blind(check.after)).toEqual([]);
    expect(remedyText(policy, check.remedy)).toContain('put before rule 1 (line 4) of p.yml');
  });
}

test('of a rule that names neither examples nor a resource nothing is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-policy-'));
  writeFileSync(join(folder, 'own.yml'), OWN('user.name: mallory'));
  const { sights, unknown, others } = checkPolicy(
    policyOf('- level: None\n'),
    loadRules({ rules: [folder], lists: undefined, now: NOW }),
  );
  expect(sightsTally(sights, unknown.length, others)).toBe(
    '1 rule: 0 see all they could, 0 see some of it, 0 see nothing, of 1 nothing can be said, since they have no examples\n',
  );
});
