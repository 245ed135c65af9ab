import { expect, test } from '@jest/globals';
import { decide, type PolicyRequest } from '../../../src/policy/decide.ts';
import { parsePolicy } from '../../../src/policy/policy.ts';

const policyOf = (rules: string, head = '') =>
  parsePolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}rules:\n${rules}`, 'policy.yml');

const ask = (
  fields: Partial<PolicyRequest> = {},
  resource: Partial<PolicyRequest['resource']> = {},
): PolicyRequest => ({
  user: 'alice',
  groups: ['dev', 'system:authenticated'],
  verb: 'create',
  resource: { group: '', name: 'pods', namespace: 'prod', object: 'web', ...resource },
  path: '/api/v1/namespaces/prod/pods',
  ...fields,
});
const health = ask({ resource: undefined, verb: 'get', path: '/healthz/etcd' });

/** One rule, a request, and whether the rule speaks of it. Source: the comments of audit.k8s.io/v1 PolicyRule. */
const cases: [name: string, rule: string, request: PolicyRequest, speaks: boolean][] = [
  ['a rule that names nothing speaks of everything', '', ask(), true],
  ['a rule that names nothing speaks of other paths too', '', health, true],
  ['the user', 'users: [alice]', ask(), true],
  ['another user', 'users: [bob]', ask(), false],
  ['one of the groups', 'userGroups: [ops, dev]', ask(), true],
  ['none of the groups', 'userGroups: [ops]', ask(), false],
  ['the user, and no group', 'users: [alice]\n  userGroups: [ops]', ask(), false],
  ['the verb', 'verbs: [get, create]', ask(), true],
  ['another verb', 'verbs: [get]', ask(), false],
  ['a verb is no pattern', "verbs: ['*']", ask(), false],
  ['a group of the API with all its resources', "resources: [{ group: '' }]", ask(), true],
  ['another group of the API', 'resources: [{ group: apps }]', ask(), false],
  ['the resource', "resources: [{ group: '', resources: [pods] }]", ask(), true],
  [
    'a resource does not mean its subresources',
    "resources: [{ group: '', resources: [pods] }]",
    ask({}, { name: 'pods/exec' }),
    false,
  ],
  ['the subresource', "resources: [{ group: '', resources: [pods/exec] }]", ask({}, { name: 'pods/exec' }), true],
  [
    'all subresources of a resource',
    "resources: [{ group: '', resources: ['pods/*'] }]",
    ask({}, { name: 'pods/exec' }),
    true,
  ],
  ['and the resource itself with them', "resources: [{ group: '', resources: ['pods/*'] }]", ask(), true],
  [
    'a subresource of all resources',
    "resources: [{ group: '', resources: ['*/status'] }]",
    ask({}, { name: 'pods/status' }),
    true,
  ],
  [
    'not another subresource',
    "resources: [{ group: '', resources: ['*/status'] }]",
    ask({}, { name: 'pods/exec' }),
    false,
  ],
  ['all resources', "resources: [{ group: '', resources: ['*'] }]", ask({}, { name: 'pods/exec' }), true],
  ['the object by its name', "resources: [{ group: '', resources: [pods], resourceNames: [web] }]", ask(), true],
  ['another object', "resources: [{ group: '', resources: [pods], resourceNames: [db] }]", ask(), false],
  [
    'the name counts where the resource does',
    "resources: [{ group: '', resources: [pods], resourceNames: [db] }, { group: '', resources: [secrets], resourceNames: [web] }]",
    ask(),
    false,
  ],
  ['the namespace', 'namespaces: [prod]', ask(), true],
  ['another namespace', 'namespaces: [dev]', ask(), false],
  ['what is in no namespace has an empty one', "namespaces: ['']", ask({}, { namespace: '' }), true],
  ['a namespace is never of another path', 'namespaces: [prod]', health, false],
  ['resources are never of another path', "resources: [{ group: '' }]", health, false],
  ['a path', 'nonResourceURLs: [/healthz/etcd]', health, true],
  ['all below a path', "nonResourceURLs: ['/healthz*']", health, true],
  ['every path', "nonResourceURLs: ['*']", health, true],
  ['another path', "nonResourceURLs: ['/livez*']", health, false],
  ['a path is never of a resource', "nonResourceURLs: ['/api*']", ask(), false],
];
for (const [name, rule, request, speaks] of cases) {
  test(`policy: ${name}: ${speaks ? 'speaks' : 'is silent'}`, () => {
    const { level } = decide(policyOf(`- level: Metadata\n  ${rule}\n`), request);
    expect(level).toBe(speaks ? 'Metadata' : 'None');
  });
}

test('the first rule that speaks of a request decides, with its own stages and those of the policy', () => {
  const policy = policyOf(
    '- { level: None, users: [bob] }\n- { level: Request, verbs: [create], omitStages: [Panic] }\n- { level: RequestResponse }\n',
    'omitStages: [RequestReceived]\n',
  );
  expect(decide(policy, ask())).toEqual({ level: 'Request', omitStages: ['RequestReceived', 'Panic'], rule: 1 });
  expect(policy.lines).toEqual([5, 6, 7]);
});

const refused: [name: string, text: string, message: string][] = [
  [
    'another kind',
    'apiVersion: audit.k8s.io/v1\nkind: Event\nrules: [{ level: None }]',
    'policy.yml:2:7: kind: expected Policy',
  ],
  ['no rule', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []', 'policy.yml:3:8: rules: holds no rule'],
  [
    'an unknown level',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: All',
    'policy.yml:4:10: rules.0.level: expected one of None, Metadata',
  ],
  [
    'an unknown key',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- { level: None, verb: [get] }',
    'rules.0.verb: is no known key; see docs/policy.md',
  ],
  [
    'a version in the group',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- { level: None, resources: [{ group: apps/v1 }] }',
    'without its version',
  ],
  [
    'a wildcard in the middle of a path',
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- { level: None, nonResourceURLs: ['/a*b'] }",
    'a * at its end alone',
  ],
  [
    'resources and paths',
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- { level: None, nonResourceURLs: ['/a'], namespaces: [x] }",
    'make two rules of it',
  ],
  [
    'two policies',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: None }]\n---\na: b',
    'policy.yml:5:1: one policy a file',
  ],
  ['an empty file', '', 'the file is empty'],
];
for (const [name, text, message] of refused) {
  test(`policy: ${name}: refused`, () => {
    expect(() => parsePolicy(text, 'policy.yml')).toThrow(
      expect.objectContaining({ code: 'POLICY', message: expect.stringContaining(message) }),
    );
  });
}
