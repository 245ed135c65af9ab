import { type Case, type Cases, RULE } from '../support.ts';

const SELECTION = 'selection:\n    verb: get\n    objectRef.resource: secrets';
const CONDITION = 'condition: selection and not known';

/** The selection with another item in it. */
const item = (lint: string, marked: string, nearMiss?: string): Case => {
  const inside = (text: string): string => `${SELECTION}\n    ${text}`;
  return nearMiss === undefined
    ? [lint, SELECTION, inside(marked)]
    : [lint, SELECTION, inside(marked), inside(nearMiss)];
};

const condition = (lint: string, marked: string, nearMiss?: string): Case =>
  nearMiss === undefined
    ? [lint, CONDITION, `condition: ${marked}`]
    : [lint, CONDITION, `condition: ${marked}`, `condition: ${nearMiss}`];

/** A third selection, and a condition that names it. */
const third = (lint: string, marked: string, nearMiss?: string): Case => {
  const inside = (text: string): string => `${text}\n  condition: selection and third and not known`;
  return nearMiss === undefined
    ? [lint, CONDITION, inside(marked)]
    : [lint, CONDITION, inside(marked), inside(nearMiss)];
};

const selections: readonly Case[] = [
  [
    'detection-missing',
    `detection:\n  ${SELECTION}\n  known:\n    user.name|expand: '%known_users%'\n  ${CONDITION}`,
    '§detection:',
  ],
  ['detection-empty', `${SELECTION}\n  known:\n    user.name|expand: '%known_users%'\n  ${CONDITION}`, `§${CONDITION}`],
  third('selection-empty', '§third: {}', 'third: {verb: get}'),
  third('selection-empty', '§third:'),
  third('selection-no-map', 'third: §get', 'third: [get the Secret]'),
  third('selection-mixed', 'third: §[{verb: get}, get it]', 'third: [{verb: get}, {verb: list}]'),
  third('selection-name', "§'third one': {verb: get}", 'third_one-2: {verb: get}'),
  third(
    'selection-duplicate',
    '§third: {objectRef.resource: secrets, verb: get}',
    'third: {objectRef.resource: secrets, verb: list}',
  ),
  third('selection-list-of-one', 'third: §[{verb: get}]', 'third: [{verb: get}, {stage: Panic}]'),
  third('alternative-duplicate', 'third: [{verb: get}, §{verb: get}]', 'third: [{verb: get}, {verb: [get, list]}]'),
  ['detection-timeframe', CONDITION, `§timeframe: 5m\n  ${CONDITION}`],
  condition('condition-in-list', '§[selection and not known]', '[selection and not known, known and not selection]'),
  item('value-no-scalar', 'user.extra: §{a: b}', 'user.extra.a: b'),
  item('alias-in-detection', 'user.uid: &id [a]\n    user.extra.x: §*id', 'user.uid: &id a'),
];

const conditions: readonly Case[] = [
  [
    'condition-missing',
    `  known:\n    user.name|expand: '%known_users%'\n  ${CONDITION}`,
    "  known:\n    user.name|expand: '%known_users%'\n  §condition:",
  ],
  condition('condition-no-text', '§7', "'selection'"),
  condition('condition-selection-unknown', '§selection and not knwon', 'selection and not known'),
  condition('condition-selection-unknown', '§selection and not 1 of filter_*', 'selection and not 1 of k*'),
  condition('condition-malformed', '§selection and (not known', 'selection and (not known)'),
  condition('condition-aggregation', '§selection and not known | count() > 5'),
  condition('condition-near', '§selection near known'),
  condition('condition-capitals', '§selection AND NOT known', 'selection and not known'),
  [
    'selection-unused',
    `known:\n    user.name|expand: '%known_users%'\n  ${CONDITION}`,
    "§known:\n    user.name|expand: '%known_users%'\n  condition: selection",
  ],
  condition('quantifier-of-one', '§1 of sel* and not known', 'selection and not 1 of filter_*'),
  condition('condition-all-of-them', '§all of them', 'all of selection* and not known'),
  condition('condition-double-not', '§selection and not not known', 'selection and not (known)'),
  condition(
    'condition-repeats',
    '§selection and selection and not known',
    'selection and not (known or not selection)',
  ),
];

const modifiers: readonly Case[] = [
  item('modifier-unknown', '§userAgent|contain: curl', 'userAgent|contains: curl'),
  item('modifier-unknown', '§userAgent|: curl'),
  item('modifier-twice', '§userAgent|contains|contains: curl', 'userAgent|base64|wide: curl'),
  item('modifier-conflict', '§userAgent|contains|startswith: curl', 'userAgent|contains|cased: curl'),
  item('modifier-conflict', '§userAgent|fieldref|cidr: user.name', 'userAgent|fieldref|contains: user.name'),
  item('modifier-flag-alone', '§userAgent|i: curl', 'userAgent|re|i: cu.l'),
  item('modifier-cased-in-vain', '§userAgent|re|cased: cu.l', 'userAgent|contains|cased: curl'),
  item('modifier-encoding-in-vain', '§userAgent|base64|re: cu.l', 'userAgent|base64|contains: curl'),
  item('encoding-of-nothing', '§userAgent|wide|contains: curl', 'userAgent|wide|base64offset|contains: curl'),
  item('base64offset-without-contains', '§userAgent|base64offset: curl', 'userAgent|base64offset|contains: curl'),
  item('all-of-one', '§userAgent|contains|all: curl', 'userAgent|contains|all: [curl, linux]'),
  item('all-of-equals', '§userAgent|all: [curl, linux]', 'user.groups|all: [dev, ops]'),
  item('all-with-neq', '§userAgent|all|neq: [curl, linux]', 'userAgent|neq: [curl, linux]'),
  item('exists-with-more', '§userAgent|exists|all: true', 'userAgent|exists: true'),
  third('keywords-comparison', "third:\n    §'|cidr': 10.0.0.0/8", "third:\n    '|all': [mimikatz, sekurlsa]"),
  item('field-name-blank', "§'userAgent |contains': curl", 'userAgent|contains: curl'),
  item('windash-without-dash', '§userAgent|windash|contains: curl', 'userAgent|windash|contains: -curl'),
  item('time-part-out-of-range', "'@timestamp|hour': [1, §24]", "'@timestamp|hour': [0, 23]"),
];

const values: readonly Case[] = [
  item('value-list-empty', 'userAgent: §[]', 'userAgent: [null]'),
  item('value-duplicate', 'userAgent: [curl, §CURL]', 'userAgent|cased: [curl, CURL]'),
  item('value-covered', 'userAgent|contains: [curl, §curling]', 'userAgent|contains: [curl, wget]'),
  item('value-null-with-modifier', 'userAgent|contains: §null', 'userAgent: null'),
  item('value-null-in-list', 'userAgent: [curl, §null]', 'userAgent: [null]'),
  item('value-lone-wildcard', "userAgent: §'*'", "userAgent: 'c*'"),
  item('wildcard-redundant', "userAgent|contains: §'*curl*'", "userAgent|contains: 'cu*rl'"),
  item('wildcard-for-modifier', "userAgent: §'curl*'", "userAgent: 'cu*rl'"),
  item('value-edge-blank', "userAgent: §'curl '", "userAgent|contains: 'curl '"),
  item('wildcard-encoded', "userAgent|base64offset|contains: §'cu*'", "userAgent|base64offset|contains: 'cu\\*'"),
  item('number-expected', 'responseStatus.code|gt: §many', 'responseStatus.code|gt: 400'),
  item('exists-no-truth-value', 'userAgent|exists: §yes', 'userAgent|exists: false'),
  item('exists-of-list', '§userAgent|exists: [true, false]', 'userAgent|exists: true'),
  item('placeholder-missing', 'userAgent|expand: §curl', "userAgent|expand: '%nobody%'"),
  item('placeholder-without-expand', "userAgent: §'%nobody%'", "userAgent|contains: '100% sure'"),
  item('placeholder-list-unknown', "userAgent|expand: §'%known_user%'", "userAgent|expand: '%known_users%'"),
  third('keyword-short', 'third: [mimikatz, §id]', 'third: [mimikatz, whoami]'),
  item('fieldref-wildcard', "userAgent|fieldref: §'user*'", 'userAgent|fieldref: user.name'),
  item('backslashes-odd', "userAgent: §'C:\\\\\\x'", "userAgent: 'C:\\\\\\\\x'"),
  item('re-lookaround', "userAgent|re: §'cu(?=rl)'", "userAgent|re: 'cu(?:rl)'"),
  item('re-invalid', "userAgent|re: §'cu(rl'", "userAgent|re: 'cu(rl)'"),
  item('re-edge-dots', "userAgent|re: §'.*cu[rR]l.*'", "userAgent|re: 'cu.*rl'"),
  item('re-plain', "userAgent|re: §'^curl'", "userAgent|re: '^cu[rR]l'"),
  item('re-empty-alternative', "userAgent|re: §'curl|'", "userAgent|re: 'curl|wget'"),
  item('re-glob', "userAgent|re: §'curl*'", "userAgent|re: 'curl.*x'"),
  item('cidr-invalid', 'source.ip|cidr: §10.0.0.0/33', 'source.ip|cidr: 10.0.0.0/8'),
  item('cidr-host-bits', 'source.ip|cidr: §10.0.0.1/8', 'source.ip|cidr: 10.0.0.1'),
  item('cidr-host-bits', "source.ip|cidr: §'2001:db8::1/32'", "source.ip|cidr: '2001:db8::/32'"),
];

export const DETECTION_CASES: readonly Cases[] = [
  { file: 'secret-read.yml', base: RULE, cases: [...selections, ...conditions, ...modifiers, ...values] },
];
