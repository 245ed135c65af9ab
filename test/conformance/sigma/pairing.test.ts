import { expect, test } from '@jest/globals';
import { compiled, only } from './support.ts';

const ROLE = {
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['*'] },
    { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get', 'list'] },
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ],
};

const POD = {
  spec: {
    containers: [
      { name: 'app', image: 'shop:1', securityContext: { privileged: false } },
      {
        name: 'agent',
        image: 'agent:2',
        securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] } },
        volumeMounts: [
          { name: 'logs', mountPath: '/var/log' },
          { name: 'root', mountPath: '/host', readOnly: true },
        ],
      },
      { name: 'plain', image: 'plain:3' },
    ],
    volumes: [
      { name: 'root', hostPath: { path: '/' } },
      { name: 'tmp', emptyDir: {} },
    ],
  },
};

/** Sigma says nothing of lists of objects: fields of one selection hold for one and the same element. */
const cases: [name: string, selection: string, event: object, holds: boolean][] = [
  ['a wildcard verb and secrets in two rules', "rules.verbs: '\\*'\nrules.resources: secrets", ROLE, false],
  ['a wildcard verb and pods in one rule', "rules.verbs: '\\*'\nrules.resources: pods", ROLE, true],
  ['any verb is a verb on secrets', "rules.verbs: '*'\nrules.resources: secrets", ROLE, true],
  ['any verb, on nothing that is there', "rules.verbs: '*'\nrules.resources: nodes", ROLE, false],
  ['one of several verbs', 'rules.verbs: [list, watch]\nrules.resources: secrets', ROLE, true],
  ['all verbs of one rule', 'rules.verbs|all: [get, list]\nrules.resources: secrets', ROLE, true],
  ['all verbs, spread over rules', "rules.verbs|all: ['\\*', list]", ROLE, false],
  ['three fields of one rule', "rules.apiGroups: ''\nrules.verbs: get\nrules.resources: configmaps", ROLE, true],
  ['a rule without resources', 'rules.resources: null\nrules.verbs: get', ROLE, true],
  ['a rule without resources and another verb', 'rules.resources: null\nrules.verbs: list', ROLE, false],
  ['a rule that has URLs', 'rules.nonResourceURLs|exists: true\nrules.verbs: get', ROLE, true],
  [
    'a rule that has URLs and resources',
    'rules.nonResourceURLs|exists: true\nrules.resources|exists: true',
    ROLE,
    false,
  ],
  ['a list of maps: each map looks for its own rule', "- rules.verbs: '\\*'\n- rules.resources: secrets", ROLE, true],
  ['no rules at all', 'rules.resources: null', { rules: [] }, true],
  ['rules that are no list', "rules.verbs: '\\*'\nrules.resources: pods", { rules: ROLE.rules[0] }, true],
  ['rules that are a text', 'rules.verbs: get', { rules: 'get' }, false],
  ['a text among the rules', 'rules.verbs: get', { rules: ['get', { verbs: 'get' }] }, true],
  [
    'the image of a privileged container',
    'spec.containers.image|startswith: agent\nspec.containers.securityContext.privileged: true',
    POD,
    true,
  ],
  [
    'the image of another container',
    'spec.containers.image|startswith: shop\nspec.containers.securityContext.privileged: true',
    POD,
    false,
  ],
  [
    'a capability of a privileged container',
    'spec.containers.securityContext.capabilities.add: SYS_TIME\nspec.containers.securityContext.privileged: true',
    POD,
    true,
  ],
  ['a container without a security context', 'spec.containers.securityContext|exists: false', POD, true],
  [
    'a container without a security context, by name',
    'spec.containers.securityContext|exists: false\nspec.containers.name: app',
    POD,
    false,
  ],
  [
    'a mount of the container that is privileged',
    'spec.containers.volumeMounts.mountPath: /host\nspec.containers.securityContext.privileged: true',
    POD,
    true,
  ],
  [
    'two fields of one mount',
    'spec.containers.volumeMounts.mountPath: /host\nspec.containers.volumeMounts.readOnly: true',
    POD,
    true,
  ],
  [
    'two fields of two mounts',
    'spec.containers.volumeMounts.mountPath: /var/log\nspec.containers.volumeMounts.readOnly: true',
    POD,
    false,
  ],
  ['two lists beside each other are not paired', 'spec.containers.name: app\nspec.volumes.hostPath.path: /', POD, true],
  ['a volume that is not from the host', 'spec.volumes.hostPath: null\nspec.volumes.name: tmp', POD, true],
  ['an image that is another', 'spec.containers.image|neq: shop:1\nspec.containers.name: app', POD, false],
  ['an object has no text of its own', 'spec.containers: app', POD, false],
  ['nested lists of objects', 'a.b: 1\na.c: 2', { a: [[{ b: 1 }, { b: 1, c: 2 }]] }, true],
  ['nested lists of objects, not paired', 'a.b: 1\na.c: 2', { a: [[{ b: 1 }], [{ c: 2 }]] }, false],
];
for (const [name, selection, event, holds] of cases) {
  test(`lists of objects: ${name}`, () => expect(compiled(only(selection)).matches(event)).toBe(holds));
}

test('two selections need not meet in one element', () => {
  const rule = compiled("a:\n  rules.verbs: '\\*'\nb:\n  rules.resources: secrets\ncondition: a and b");
  expect(rule.matches(ROLE)).toBe(true);
});

const DEEP = 200_000;

/** An event that was made to exhaust the stack or the patience. */
const hostile: [name: string, event: object][] = [
  ['objects in objects', JSON.parse(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`)],
  ['lists in lists', JSON.parse(`{"a":${'['.repeat(DEEP)}1${']'.repeat(DEEP)}}`)],
  ['lists of objects in lists', JSON.parse(`{"a":${'[{"a":'.repeat(DEEP)}1${'}]'.repeat(DEEP)}}`)],
  ['inherited names', JSON.parse('{"__proto__":{"a":"x"},"constructor":{"prototype":{"a":"x"}}}')],
  ['a text where an object is wanted', { a: 'x'.repeat(100_000) }],
];
for (const [name, event] of hostile) {
  test(`hostile events end in no: ${name}`, () => {
    const rule = compiled("f:\n  a.b: x\nk: [needle]\nn: { a: null }\nw: { a: '*y*z*' }\ncondition: 1 of them");
    expect(rule.matches(event)).toBe(name === 'inherited names');
  });
}
