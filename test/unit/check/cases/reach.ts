import { type Case, type Cases, ETCD_RULE, RULE } from '../support.ts';

const SELECTION = 'selection:\n    verb: get\n    objectRef.resource: secrets';
const ETCD_SELECTION = 'selection:\n    etcd.line: request\n    etcd.operation: read';

const within =
  (selection: string) =>
  (lint: string, marked: string, nearMiss?: string): Case => {
    const inside = (text: string): string => `${selection}\n    ${text}`;
    return nearMiss === undefined
      ? [lint, selection, inside(marked)]
      : [lint, selection, inside(marked), inside(nearMiss)];
  };
const item = within(SELECTION);
const etcd = within(ETCD_SELECTION);

/** What the whole detection of the rule is. */
const DETECTION = `${SELECTION}\n  known:\n    user.name|expand: '%known_users%'\n  condition: selection and not known`;
const whole = (lint: string, marked: string, nearMiss?: string): Case =>
  nearMiss === undefined ? [lint, DETECTION, marked] : [lint, DETECTION, marked, nearMiss];

const kubernetes: readonly Case[] = [
  item('value-of-wrong-type', 'privileged: §yes', 'privileged: true'),
  item('number-comparison-of-text', '§capabilities|gt: 5', 'capabilities|contains: SYS'),
  item('field-unknown', '§objectref.resources: secrets', 'objectRef.subresource: token'),
  item('field-unknown', '§user.nam: alice', 'user.name: alice'),
  item('field-of-other-source', '§etcd.key: /registry', 'requestURI: /registry'),
  item('field-misspelt-in-body', '§requestObject.spec.container.image: x', 'requestObject.spec.containers.image: x'),
  item(
    'field-misspelt-in-body',
    '§requestObject.spec.volumes.hostpath.path: /',
    'requestObject.spec.volumes.hostPath.path: /',
  ),
  item('value-of-wrong-type', 'responseStatus.code: §ALLOW', "responseStatus.code: '403'"),
  item('value-of-wrong-type', 'responseStatus.code|contains: §x', 'responseStatus.code|startswith: 40'),
  item('value-of-wrong-type', 'source.ip: §localhost', "source.ip: '::1'"),
  item('value-of-wrong-type', 'requestObject.spec.hostNetwork: §yes', 'requestObject.spec.hostNetwork: true'),
  item('value-of-wrong-type', 'requestObject.spec.securityContext: §x', 'requestObject.spec.securityContext: null'),
  item('value-of-wrong-type', 'stageTimestamp|gt: §5', "stageTimestamp|startswith: '2026-11'"),
  item('value-never-written', 'event.outcome: §failed', 'event.outcome: failure'),
  item('value-never-written', 'verb|contains: §exec', 'verb|contains: [ge]'),
  item('value-never-written', 'responseStatus.code: §999', 'responseStatus.code: 599'),
  item('value-never-written', 'responseStatus.code|gt: §599', 'responseStatus.code|gte: 599'),
  item('value-never-written', 'level: §None', 'level: Metadata'),
  item('stage-not-evaluated', 'stage: [ResponseComplete, §RequestReceived]', 'stage: [ResponseComplete, Panic]'),
  item('value-capitals', 'objectRef.subresource|cased: §Token', 'objectRef.subresource|cased: token'),
  item('value-cut', '§requestObject.data.password|contains: x', 'requestObject.data.password|exists: true'),
  item('number-comparison-of-text', '§userAgent|gt: 5', 'responseStatus.code|gt: 5'),
  item('cidr-of-no-address', '§user.name|cidr: 10.0.0.0/8', 'sourceIPs|cidr: 10.0.0.0/8'),
  item('time-part-of-no-time', '§user.name|hour: 3', "'@timestamp|hour': 3"),
  item('fieldref-unknown', 'user.name|fieldref: §user.nmae', 'user.name|fieldref: impersonatedUser.username'),
  item('field-needs-level', '§requestObject.spec.hostPID: true', 'objectRef.name: x'),
  [
    'exclusion-evadable',
    "user.name|expand: '%known_users%'",
    '§userAgent|startswith: velero',
    'userAgent|startswith: velero\n    user.name: velero',
  ],
  item('selection-never-matches', '§verb|startswith: li', 'verb|startswith: ge'),
  item('selection-never-matches', '§event.action: list', 'event.action: get'),
  item(
    'selection-never-matches',
    'responseStatus.code|gt: 500\n    §responseStatus.code|lt: 400',
    'responseStatus.code|gte: 400\n    responseStatus.code|lt: 500',
  ),
  item(
    'selection-never-matches',
    'level: Metadata\n    §requestObject.kind: Pod',
    'level: Request\n    requestObject.kind: Pod',
  ),
  whole(
    'selection-always-matches',
    'selection:\n    §event.outcome: [success, failure, unknown]\n  other:\n    verb: get\n  condition: selection and other',
    'selection:\n    event.outcome: [success, failure]\n  condition: selection',
  ),
  whole(
    'rule-never-matches',
    'selection:\n    responseStatus.code: ALLOW\n  condition: §selection',
    'selection:\n    responseStatus.code: [ALLOW, 200]\n  condition: selection',
  ),
  whole(
    'rule-never-matches',
    'a:\n    verb: get\n  b:\n    verb: list\n  condition: §a and b',
    'a:\n    verb: get\n  b:\n    verb: list\n  condition: a or b',
  ),
  whole(
    'rule-never-matches',
    'a:\n    verb: get\n  b:\n    verb: [get, list]\n  condition: §a and not b',
    'a:\n    verb: [get, watch]\n  b:\n    verb: [get, list]\n  condition: a and not b',
  ),
  whole(
    'rule-never-matches',
    'a:\n    verb: get\n  condition: §a and not a',
    'a:\n    verb: get\n  condition: a or (a and not a)',
  ),
  whole(
    'rule-never-matches',
    "a:\n    user.name|expand: '%nobody%'\n  condition: §a",
    "a:\n    user.name|expand: '%known_users%'\n  condition: a",
  ),
  whole('rule-always-matches', 'a:\n    verb: get\n  condition: §a or not a', 'a:\n    verb: get\n  condition: a'),
  whole(
    'rule-always-matches',
    "a:\n    verb: get\n  b:\n    '@timestamp|exists': true\n  condition: §a or b",
    "a:\n    verb: get\n  b:\n    '@timestamp|exists': true\n  condition: a and b",
  ),
];

const server: readonly Case[] = [
  etcd('field-unknown', '§etcd.kye: /registry', 'etcd.key: /registry'),
  etcd('name-seldom-known', '§etcd.client.common_name: intruder', 'source.ip: 10.0.0.1'),
  etcd('field-of-other-source', '§objectRef.resource: secrets', 'orchestrator.resource.type: secrets'),
  etcd('value-never-written', 'etcd.keys_only: §false', 'etcd.keys_only: true'),
  etcd('value-never-written', 'event.action: §exec', 'event.action: range'),
  etcd('selection-never-matches', '§etcd.tls.error: EOF', 'etcd.response.size: 0'),
  etcd('selection-never-matches', '§event.action: member_added', 'event.action: put'),
  [
    'selection-never-matches',
    'etcd.line: request\n    etcd.operation: read',
    'etcd.client.common_name: x\n    §etcd.tls.error: EOF',
    'etcd.client.common_name: x\n    etcd.line: request',
  ],
];

export const REACH_CASES: readonly Cases[] = [
  { file: 'secret-read.yml', base: RULE, cases: kubernetes },
  { file: 'secret-read.yml', base: ETCD_RULE, cases: server },
];
