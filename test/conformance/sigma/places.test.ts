import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RuleIndex } from '../../../src/detect/rule-index.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { parseFieldMap } from '../../../src/sigma/field-map.ts';
import { fieldMaps } from '../../../src/sigma/field-resolver.ts';
import { ruleOf } from '../../unit/sigma/support.ts';
import { only } from './support.ts';

const MAP = `field_map: pods
description: Names with several places.
logsource: { product: pods }
places:
  pod: [spec, template.spec]
lists:
  container: [$pod.containers, $pod.inits]
fields:
  net: $pod.net
  image: $container.image
  privileged: $container.privileged
  add: [$container.caps.add, $container.caps.ambient]
  user: [$pod.user, $container.user]
  tag: $container.tag
  args: [$container.args, $pod.args]
  whole: [spec, spec.whole, spec.whole]
`;
const HEAD = 'title: A rule\nid: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f\nlevel: low\nlogsource: { product: pods }\n';

const compiled = (selection: string) =>
  compileRule(ruleOf(`${HEAD}detection:\n${only(selection).replace(/^/gm, '  ')}\n`), {
    ...fieldMaps([parseFieldMap(MAP, 'map.yml')]).resolver,
    lists: new Map(),
  });

const app = { image: 'app' };
const agent = { image: 'agent', privileged: true, caps: { add: ['SYS_ADMIN'] }, user: 0 };
const both = { spec: { containers: [app], inits: [agent] } };
const deployed = { template: { spec: { net: true, containers: [app, agent] } } };

const cases: [name: string, selection: string, event: object, holds: boolean][] = [
  ['a value at the first place', 'net: true', { spec: { net: true } }, true],
  ['a value at the second place', 'net: true', deployed, true],
  ['a value at none', 'net: true', both, false],
  ['a value of an init container', 'privileged: true', both, true],
  ['two fields of one container', 'image: agent\nprivileged: true', both, true],
  ['two fields of two containers of two lists', 'image: app\nprivileged: true', both, false],
  ['two fields of two containers of one list', 'image: app\nprivileged: true', deployed, false],
  ['two fields of one container in the other pod', 'image: agent\nadd: SYS_ADMIN', deployed, true],
  ['a field of the pod and one of a container', 'net: true\nprivileged: true', deployed, true],
  [
    'two places in one container',
    'image: agent\nadd: NET_ADMIN',
    { spec: { inits: [{ image: 'agent', caps: { ambient: 'NET_ADMIN' } }] } },
    true,
  ],
  ['a field of pod or container, in the container', 'image: agent\nuser: 0', both, true],
  ['a field of pod or container, in another container', 'image: app\nuser: 0', both, false],
  ['a field of pod or container, in the pod', 'image: app\nuser: 0', { spec: { user: 0, containers: [app] } }, true],
  ['a plain field beside a name', 'verb: create\nnet: true', { verb: 'create', ...deployed }, true],
  ['a plain field beside a name, the field fails', 'verb: create\nnet: true', { verb: 'get', ...deployed }, false],
  ['a plain field beside a name, the name fails', 'verb: create\nnet: true', { verb: 'create', ...both }, false],
  ['a plain field beside a name in containers', 'verb: create\nprivileged: true', { verb: 'create', ...both }, true],
  [
    'a plain field beside a name in containers, it fails',
    'verb: create\nprivileged: true',
    { verb: 'get', ...both },
    false,
  ],
  ['a plain field beside null', 'verb: create\nnet: null', { verb: 'create', ...both }, true],
  ['a plain field beside null, the name is there', 'verb: create\nnet: null', { verb: 'create', ...deployed }, false],
  ['a name of the pod beside null of a container', 'net: true\nprivileged: null', deployed, true],
  ['null: absent at all places', 'net: null', both, true],
  ['null: there at one place', 'net: null', deployed, false],
  ['null: in each list some container has none', 'privileged: null', { spec: { containers: [app, agent] } }, true],
  [
    'null: in one list every container has it',
    'privileged: null',
    { spec: { containers: [agent], inits: [app] } },
    false,
  ],
  ['null: of the container that another field means', 'image: app\nprivileged: null', both, true],
  ['null: of another container', 'image: agent\nprivileged: null', both, false],
  ['exists false: at all places', 'net|exists: false', deployed, false],
  ['exists false: nowhere there', 'net|exists: false', {}, true],
  ['exists true: at one place', 'net|exists: true', deployed, true],
  ['neq: at all places', 'net|neq: true', deployed, false],
  ['neq: another value', 'net|neq: false', deployed, true],
  ['neq: of the container that another field means', 'image: agent\nprivileged|neq: true', both, false],
  ['neq null: there at one place', 'net|neq: null', deployed, true],
  ['neq null: nowhere there', 'net|neq: null', both, false],
  ['null or a value: absent everywhere', 'net: [null, false]', {}, true],
  ['null or a value: the value at one place', 'net: [null, true]', deployed, true],
  ['null or a value: another value', 'net: [null, false]', deployed, false],
  ['neither null nor a value: another value', 'net|neq: [null, false]', deployed, true],
  ['neither null nor a value: absent', 'net|neq: [null, false]', {}, false],
  ['neither null nor a value: the value', 'net|neq: [null, true]', deployed, false],
  ['all of null and a value', 'net|all: [null, true]', deployed, false],
  ['all values of one container', 'add|all: [SYS_ADMIN, NET_ADMIN]', both, false],
  ['all values, spread over the elements of a list', 'args|all: [a, b]', { spec: { args: ['a', 'b'] } }, true],
  ['all values, of a container', 'args|all: [a, b]', { spec: { inits: [{ args: ['a', 'b'] }] } }, true],
  ['all values, of two containers', 'args|all: [a, b]', { spec: { inits: [{ args: ['a'] }, { args: ['b'] }] } }, false],
  ['a place above another', 'whole|all: [a, b]', { spec: ['a', 'b'] }, true],
  ['a place below another', 'whole|all: [a, b]', { spec: { whole: ['a', 'b'] } }, true],
  ['a path and a name: of one container', 'spec.inits.image: agent\nprivileged: true', both, true],
  ['a path and a name: never of another list', 'spec.containers.image: app\nprivileged: true', both, false],
  ['a path and null', 'spec.containers.image: app\nprivileged: null', both, true],
  ['two paths are two containers', 'spec.containers.image: app\nspec.inits.image: agent', both, true],
  ['a reference within one container', 'image|fieldref: tag', { spec: { inits: [{ image: 'a', tag: 'a' }] } }, true],
  [
    'a reference never crosses lists',
    'image|fieldref: tag',
    { spec: { inits: [{ image: 'a' }], containers: [{ tag: 'a' }] } },
    false,
  ],
  [
    'a reference of the container that is meant',
    'image|fieldref: tag\nprivileged: true',
    { spec: { inits: [{ image: 'a', tag: 'a' }, agent] } },
    false,
  ],
  ['a reference to a field outside', 'image|fieldref: name', { name: 'agent', ...both }, true],
  ['a reference from a field outside', 'name|fieldref: image', { name: 'agent', ...both }, true],
  [
    'a reference from outside to the container that is meant',
    'name|fieldref: image\nprivileged: true',
    { name: 'agent', ...both },
    true,
  ],
  [
    'a reference from outside to another container',
    'name|fieldref: image\nprivileged: true',
    { name: 'app', ...both },
    false,
  ],
  [
    'a reference to all of two fields',
    'image|fieldref|all: [tag, name]',
    { name: 'a', spec: { inits: [{ image: 'a', tag: 'a' }] } },
    true,
  ],
  [
    'a reference to all of two fields, one differs',
    'image|fieldref|all: [tag, name]',
    { name: 'b', spec: { inits: [{ image: 'a', tag: 'a' }] } },
    false,
  ],
  ['a reference that differs everywhere', 'net|fieldref|neq: name', { name: 'true', ...deployed }, false],
];
for (const [name, selection, event, holds] of cases) {
  test(`a name with several places: ${name}: ${holds}`, () => {
    const rule = compiled(selection);
    expect(rule.matches(event)).toBe(holds);
    expect(new RuleIndex([rule, rule]).matching(event)).toHaveLength(holds ? 2 : 0);
  });
}

test('a name with one place is required there, one with several at one of them', () => {
  const { requires } = compiled('verb: create\nnet: true');
  const created = { kind: 'value', path: ['verb'], texts: ['create'] };
  expect(requires.length).toBeGreaterThan(1);
  for (const way of requires) {
    expect(way).toEqual([created, { kind: 'value', path: expect.anything(), texts: ['true'] }]);
  }
});

test('fields that unfold to 256 ways are not refused', () => {
  const modifiers = ['', '|re', '|contains', '|startswith', '|endswith', '|gte', '|lte', '|cased'];
  const { matches } = compiled(modifiers.map(modifier => `user${modifier}: 1`).join('\n'));
  expect(matches({ spec: { user: 1 } })).toBe(true);
});

test('fields that unfold without end are refused with their place', () => {
  const modifiers = ['', '|re', '|contains', '|startswith', '|endswith', '|gt', '|gte', '|lt', '|lte'];
  expect(() => compiled(modifiers.map(modifier => `user${modifier}: 1`).join('\n'))).toThrow(
    'rule.yml:7:5: these fields may stand in too many places together; make several selections of them',
  );
});

type Container = { readonly image?: string; readonly privileged?: boolean; readonly user?: number };
const container: fc.Arbitrary<Container> = fc.record(
  { image: fc.constantFrom('x', 'y'), privileged: fc.boolean(), user: fc.constantFrom(0, 1) },
  { requiredKeys: [] },
);
const spec = fc.record(
  { containers: fc.array(container, { maxLength: 3 }), inits: fc.array(container, { maxLength: 3 }) },
  { requiredKeys: [] },
);

test('fields of containers hold together where one container has them all, and only there', () => {
  const { matches } = compiled('image: x\nprivileged: true\nuser: 0');
  fc.assert(
    fc.property(fc.record({ spec, template: fc.record({ spec }) }, { requiredKeys: [] }), event => {
      const pods = [event.spec, event.template?.spec];
      const containers = pods.flatMap(pod => [...(pod?.containers ?? []), ...(pod?.inits ?? [])]);
      const expected = containers.some(
        ({ image, privileged, user }) => image === 'x' && privileged === true && user === 0,
      );
      expect(matches(event)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
