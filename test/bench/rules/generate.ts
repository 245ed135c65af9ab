import { createHash } from 'node:crypto';
import {
  AGENTS,
  CAPABILITIES,
  CODES,
  COMMANDS,
  ETCD_LINES,
  EXPRESSIONS,
  GROUPS,
  HOST_PATHS,
  METHODS,
  NAMES,
  NAMESPACES,
  OPERATIONS,
  PEOPLE,
  REASONS,
  RESOURCES,
  SUBRESOURCES,
  URIS,
  USER_BEGINNINGS,
  USERS,
  VERBS,
  WRITES,
} from './vocabulary.ts';

/** Writes `count` rules as a large pack has them, always the same ones: the shapes are those of the shipped and of public rules, one after the other and again, filled with other words each time. */
export function generatedRules(count: number): readonly string[] {
  const random = randomOf(20_261_124);
  return Array.from({ length: count }, (_, n) => ruleText(n, random));
}

type Shape = { readonly product: 'kubernetes' | 'etcd'; readonly detection: (random: Random) => object };

function ruleText(n: number, random: Random): string {
  const { product, detection } = shapeOf(n);
  return `title: Generated rule ${n}
id: ${uuid(n)}
status: experimental
description: |
  A rule that stands for one of a large pack. It says at some length what the finding means, as a real one does, and
  what an analyst should look at before anything else.
references:
  - https://attack.mitre.org/techniques/T1613/
author: bench
date: 2026-11-24
tags:
  - attack.discovery
  - attack.t1613
logsource:
  product: ${product}
  service: ${product === 'etcd' ? 'server' : 'audit'}
detection:
${indented(yamlOf(detection(random)))}
falsepositives:
  - Administration that somebody has asked for.
level: ${random(['low', 'medium', 'high'])}
`;
}

const shapeOf = (n: number): Shape =>
  n % WITHOUT_REQUIREMENT === WITHOUT_REQUIREMENT - 1
    ? nth(EXCEPTIONS, Math.floor(n / WITHOUT_REQUIREMENT))
    : nth(SHAPES, n);

const nth = (shapes: readonly Shape[], n: number): Shape => shapes[n % shapes.length] as Shape;

const uuid = (n: number): string => {
  const hex = createHash('sha256').update(`rule ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const indented = (text: string): string => text.replace(/^/gm, '  ');

/** JSON is YAML; one selection a line is how it stays readable. */
const yamlOf = (detection: object): string =>
  Object.entries(detection)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n');

type Random = <T>(choices: readonly T[]) => T;

/** Numerical Recipes' linear congruential generator. */
function randomOf(seed: number): Random {
  let state = seed;
  return choices => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return choices[Math.floor((state / 2 ** 32) * choices.length)] as (typeof choices)[number];
  };
}

const some = <T>(random: Random, choices: readonly T[], most = 3): readonly T[] => [
  ...new Set(Array.from({ length: 1 + random([...Array(most).keys()]) }, () => random(choices))),
];

const object = (random: Random): object => {
  const [group, resource] = random(RESOURCES);
  return group === ''
    ? { 'objectRef.resource': resource }
    : { 'objectRef.apiGroup': group, 'objectRef.resource': resource };
};

const audit = (detection: Shape['detection']): Shape => ({ product: 'kubernetes', detection });
const etcd = (detection: Shape['detection']): Shape => ({ product: 'etcd', detection });

const POD = 'requestObject.spec';
const TEMPLATE = 'requestObject.spec.template.spec';

/** What public and shipped rules look like; several have a shape twice since it is common. */
const SHAPES: readonly Shape[] = [
  audit(random => ({ selection: { verb: some(random, WRITES, 4), ...object(random) }, condition: 'selection' })),
  audit(random => ({ selection: { verb: random(VERBS), ...object(random) }, condition: 'selection' })),
  audit(random => ({
    selection: { verb: some(random, VERBS), ...object(random), 'objectRef.namespace': some(random, NAMESPACES) },
    condition: 'selection',
  })),
  audit(random => ({
    selection: {
      'objectRef.resource': random(['pods', 'nodes', 'services', 'serviceaccounts', 'deployments']),
      'objectRef.subresource': some(random, SUBRESOURCES),
      'event.outcome': 'success',
    },
    known: { 'user.name': some(random, USERS, 5) },
    condition: 'selection and not known',
  })),
  audit(random => ({
    selection: {
      ...object(random),
      'responseStatus.code': some(random, CODES),
      'user.username|startswith': random(USER_BEGINNINGS),
    },
    condition: 'selection',
  })),
  audit(random => ({
    selection: { 'userAgent|contains': some(random, AGENTS, 6) },
    allowed: { 'event.outcome': 'success' },
    condition: 'selection and allowed',
  })),
  audit(random => ({
    selection: { verb: some(random, WRITES), ...object(random), 'event.outcome': 'success' },
    controllers: { 'user.name|startswith': random(USER_BEGINNINGS) },
    nodes: { 'user.groups': random(GROUPS) },
    condition: 'selection and not 1 of controllers and not nodes',
  })),
  audit(random => ({
    selection: { 'objectRef.subresource': 'exec', 'process.command_line|contains': some(random, COMMANDS, 5) },
    condition: 'selection',
  })),
  audit(random => ({ selection: { 'requestURI|contains': some(random, URIS, 4) }, condition: 'selection' })),
  audit(random => ({
    workload: {
      verb: some(random, WRITES),
      'objectRef.resource': some(random, ['pods', 'deployments', 'daemonsets', 'statefulsets', 'jobs']),
    },
    pod: { [`${POD}.containers.securityContext.capabilities.add`]: some(random, CAPABILITIES) },
    template: { [`${TEMPLATE}.containers.securityContext.capabilities.add`]: some(random, CAPABILITIES) },
    condition: 'workload and 1 of pod and not template',
  })),
  etcd(random => ({
    selection: {
      'etcd.line': 'request',
      'etcd.operation': some(random, OPERATIONS),
      'etcd.resources': some(
        random,
        RESOURCES.map(([, resource]) => resource),
      ),
    },
    known: { 'source.ip|cidr': ['127.0.0.0/8', '10.0.0.0/8'] },
    condition: 'selection and not known',
  })),
  audit(random => ({
    selection: {
      ...object(random),
      'objectRef.namespace': random(NAMESPACES),
      'objectRef.name': some(random, NAMES),
      verb: some(random, WRITES, 4),
    },
    condition: 'selection',
  })),
  audit(random => ({
    anonymous: { 'user.username': 'system:anonymous' },
    denied: { 'responseStatus.reason': some(random, REASONS), ...object(random) },
    agents: { 'userAgent|startswith': some(random, AGENTS) },
    condition: '(anonymous or agents) and denied',
  })),
  audit(random => ({
    one: { verb: random(VERBS), ...object(random), 'objectRef.namespace|startswith': random(NAMESPACES) },
    other: { 'requestURI|startswith': random(URIS), 'user.groups': random(GROUPS), 'objectRef.resource': null },
    condition: '1 of them',
  })),
  audit(random => ({
    change: { verb: some(random, WRITES), 'objectRef.resource': random(['clusterroles', 'roles']) },
    rights: {
      'requestObject.rules.verbs': some(random, VERBS),
      'requestObject.rules.resources': some(
        random,
        RESOURCES.map(([, resource]) => resource),
      ),
    },
    condition: 'change and rights',
  })),
  audit(random => ({
    selection: { 'process.command_line|re': random(EXPRESSIONS) },
    known: { 'objectRef.namespace': some(random, NAMESPACES) },
    condition: 'selection and not known',
  })),
  audit(random => ({
    selection: {
      verb: 'create',
      'objectRef.resource': 'pods',
      [`${POD}.volumes.hostPath.path|startswith`]: some(random, HOST_PATHS),
    },
    condition: 'selection',
  })),
  audit(random => ({
    selection: { 'impersonatedUser.username': some(random, USERS), 'responseStatus.code|lt': random(CODES) },
    condition: 'selection',
  })),
  etcd(random => ({
    selection: {
      'etcd.rpc.method': some(random, METHODS),
      'etcd.key|startswith': `/registry/${random(RESOURCES)[1]}/`,
    },
    condition: 'selection',
  })),
  audit(random => ({
    selection: { verb: some(random, VERBS), ...object(random) },
    feed: {
      'source.ip': Array.from({ length: 30 }, () =>
        [198, 18, random([...Array(256).keys()]), random([...Array(256).keys()])].join('.'),
      ),
    },
    network: { 'source.ip|cidr': `203.0.113.${random([0, 64, 128, 192])}/26` },
    condition: 'selection and (feed or network)',
  })),
  audit(random => ({
    selection: { 'annotations.authorization.k8s.io/decision': 'forbid', ...object(random), verb: some(random, VERBS) },
    condition: 'selection',
  })),
  etcd(random => ({
    selection: {
      'etcd.line': some(random, ETCD_LINES, 2),
      'log.level': random(['warn', 'error', 'fatal']),
      'message|contains': some(random, ['rejected', 'corrupt', 'mismatch', 'timed out', 'overloaded', 'denied']),
    },
    condition: 'selection',
  })),
  audit(random => ({
    selection: { 'user.username': some(random, PEOPLE), verb: some(random, VERBS) },
    addresses: { 'source.ip|cidr': ['10.0.0.0/8', '127.0.0.0/8', '::1/128'] },
    condition: 'selection and not addresses',
  })),
  audit(random => ({
    selection: { verb: random(WRITES), ...object(random), 'requestObject.metadata.labels.app|contains': random(NAMES) },
    condition: 'selection',
  })),
  audit(random => ({
    selection: {
      ...object(random),
      'objectRef.subresource|exists': true,
      'user.name|endswith': random(['admin', 'default', 'controller']),
    },
    condition: 'selection',
  })),
];

/** One in so many rules has nothing in it by which an index of values could leave it out. */
const WITHOUT_REQUIREMENT = 250;

const EXCEPTIONS: readonly Shape[] = [
  audit(random => ({
    known: { 'user.name': USERS, 'event.outcome': random(['success', 'failure']) },
    own: { 'source.ip|cidr': ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] },
    condition: 'not known and not own',
  })),
  audit(random => ({ selection: { 'responseStatus.code|gte': random([500, 502, 503]) }, condition: 'selection' })),
  audit(random => ({
    selection: { 'user.username': null, 'source.ip|cidr': `198.51.${random([99, 100])}.0/24` },
    condition: 'selection',
  })),
  audit(random => ({
    selection: {
      'requestURI|re': random([
        '(/|%2f)bin(/|%2f)(ba|da|z)?sh',
        'token=[\\w-]{20,}',
        '(curl|wget)(%20|\\+)http',
        '(\\.\\./){2,}',
      ]),
    },
    condition: 'selection',
  })),
];
