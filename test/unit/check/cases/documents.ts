import { type Case, type Cases, CORRELATION, EVENT_FILTER, EXAMPLES, FILTER, LIST, RULE } from '../support.ts';

const files: readonly Case[] = [
  ['yaml-unreadable', 'status: experimental', 'status: §@experimental', "status: '@experimental'"],
  [
    'yaml-duplicate-key',
    'status: experimental',
    'status: experimental\n§status: test',
    'status: experimental\nscope: [server]',
  ],
  ['not-a-map', RULE, '§- a list\n', 'title: x\n'],
  ['file-empty', RULE, '§# nothing\n', 'title: x\n'],
  ['kind-unknown', RULE, '§owner: me\n', 'title: x\n'],
  ['collection-action', 'title: A', 'action: §global\ntitle: A', 'action: other\ntitle: A'],
  ['line-ends', 'status: experimental\n', 'status: experimental§\r\n', 'status: experimental\n'],
];

const COUNT = CORRELATION.slice(CORRELATION.indexOf('type: '), CORRELATION.indexOf('falsepositives'));

const correlation: readonly Case[] = [
  [
    'correlation-missing',
    CORRELATION.slice(CORRELATION.indexOf('correlation:'), CORRELATION.indexOf('falsepositives')),
    '§correlation:\n',
  ],
  ['correlation-and-detection', 'correlation:', '§logsource: {product: etcd}\ncorrelation:', 'correlation:'],
  ['correlation-key-unknown', '  timespan: 5m', '  timespan: 5m\n  §aliasses: {}', '  timespan: 5m\n  aliases: {}'],
  ['correlation-type-missing', 'type: event_count', '§type:', 'type: temporal'],
  ['correlation-type-unknown', 'type: event_count', 'type: §event-counts', 'type: value_count'],
  ['correlation-rules-missing', '  rules:\n    - other_rule\n', '  rules: §[]\n', '  rules: [other_rule]\n'],
  ['correlation-rules-no-list', '  rules:\n    - other_rule\n', '  rules: §other_rule\n', '  rules: [other_rule]\n'],
  ['correlation-rule-unknown', '- other_rule', '- §othr_rule', '- 9f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77'],
  [
    'correlation-rule-itself',
    '- other_rule',
    '- other_rule\n    - §1f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77',
    '- other_rule',
  ],
  [
    'correlation-temporal-of-one',
    'type: event_count\n  rules:\n    - other_rule',
    'type: temporal\n  rules:\n    §- other_rule',
    'type: temporal\n  rules:\n    - other_rule\n    - another',
  ],
  ['correlation-timespan-missing', 'timespan: 5m', '§timespan:', 'timespan: 1h'],
  ['correlation-timespan-malformed', 'timespan: 5m', 'timespan: §5 minutes', 'timespan: 90m'],
  ['correlation-group-by-missing', '  group-by:\n    - user.name', '  §group-by:', '  group-by: [source.ip]'],
  ['correlation-group-by-unknown', '- user.name', '- §user.nmae', '- source.ip'],
  [
    'correlation-alias-malformed',
    '  timespan:',
    '  aliases:\n    §who: user.name\n  timespan:',
    '  aliases:\n    who: {other_rule: user.name}\n  timespan:',
  ],
  [
    'correlation-alias-rule-unknown',
    '  timespan:',
    '  aliases:\n    who: {§another: user.name}\n  timespan:',
    '  aliases:\n    who: {other_rule: user.name}\n  timespan:',
  ],
  [
    'correlation-alias-unused',
    '  timespan:',
    '  aliases:\n    §who: {other_rule: user.name}\n  timespan:',
    '    - who\n  aliases:\n    who: {other_rule: user.name}\n  timespan:',
  ],
  ['correlation-condition-missing', '  condition:\n    gte: 10', '  §condition:', '  condition: {gt: 9}'],
  [
    'correlation-condition-field-missing',
    COUNT,
    COUNT.replace('event_count', 'value_count').replace('gte', '§gte'),
    COUNT.replace('event_count', 'value_count').replace('gte', 'field: user.name\n    gte'),
  ],
  [
    'correlation-condition-field-vain',
    COUNT,
    COUNT.replace('gte', '§field: user.name\n    gte'),
    COUNT.replace('event_count', 'value_count').replace('gte', 'field: user.name\n    gte'),
  ],
  [
    'correlation-percentile',
    COUNT,
    COUNT.replace('event_count', 'value_percentile').replace('gte', '§field: user.name\n    gte'),
    COUNT.replace('event_count', 'value_percentile').replace('gte', 'field: user.name\n    percentile: 95\n    gte'),
  ],
  [
    'correlation-percentile',
    COUNT,
    COUNT.replace('event_count', 'value_percentile').replace('gte', 'field: user.name\n    percentile: §101\n    gte'),
  ],
  ['correlation-percentile', 'gte: 10', 'gte: 10\n    §percentile: 95', 'gte: 11'],
  ['correlation-never', 'gte: 10', '§lt: 1', 'lt: 2'],
  [
    'correlation-never',
    COUNT,
    COUNT.replace('event_count', 'temporal').replace('gte: 10', '§gte: 2'),
    COUNT.replace('event_count', 'value_sum').replace('gte: 10', 'field: user.name\n    lt: 1'),
  ],
  ['keywarden-key-unknown', 'generate: true', 'keywarden: {§group: [user.name]}\ngenerate: true', 'generate: true'],
  [
    'message-field-unknown',
    'generate: true',
    "keywarden: {message: §'{count} by {user.nmae}'}\ngenerate: true",
    "keywarden: {message: '{count} by {user.name}, {verb}'}\ngenerate: true",
  ],
  ['correlation-operator-unknown', 'gte: 10', '§ge: 10', 'lt: 10'],
  ['correlation-value-no-number', 'gte: 10', "gte: §'10'", 'gte: 11'],
  ['correlation-never', 'gte: 10', '§gt: 10\n    lt: 11', 'gt: 10\n    lte: 11'],
  ['correlation-always', 'gte: 10', '§gte: 1', 'gte: 2'],
  ['correlation-generate-no-truth-value', 'generate: true', 'generate: §yes', 'generate: false'],
];

const filter: readonly Case[] = [
  ['filter-condition-open', 'condition: not selection', 'condition: §selection', 'condition: not (selection)'],
  ['exclusion-evadable', 'user.name: backup', '§userAgent: backup', 'source.ip: 10.0.0.1'],
  [
    'rule-never-matches',
    'condition: not selection',
    "all: {'@timestamp|exists': true}\n  condition: §not selection and not all",
    'condition: not selection',
  ],
  [
    'rule-always-matches',
    'user.name: backup\n  condition: not',
    'responseStatus.code: ALLOW\n  condition: §not',
    'user.name: backup\n  condition: not',
  ],

  [
    'filter-missing',
    FILTER.slice(FILTER.indexOf('filter:')),
    '§filter: \n',
    'filter: {selection: {verb: get}, condition: selection}',
  ],
  [
    'filter-selection-missing',
    '  rules:\n    - other_rule\n  selection:\n    user.name: backup\n',
    '  §rules:\n    - other_rule\n',
  ],
  ['filter-has-level', 'logsource:', '§level: high\nlogsource:', 'logsource:'],
  ['filter-has-status', 'logsource:', '§status: test\nlogsource:', 'logsource:'],
  ['filter-rules-missing', '  rules:\n    - other_rule\n', '  §rules:\n', '  rules: any\n'],
  ['filter-rules-empty', '  rules:\n    - other_rule\n', '  rules: §[]\n', '  rules: [other_rule]\n'],
  ['filter-rules-no-list', '  rules:\n    - other_rule\n', '  rules: §other_rule\n', '  rules: any\n'],
  ['filter-rule-unknown', '- other_rule', '- §another', '- 9f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77'],
  ['filter-rule-by-title', '- other_rule', '- §The other rule', '- other_rule'],
  ['filter-description-missing', 'description: The backup reads every Secret at night.', '§description:'],
];

const eventFilter: readonly Case[] = [
  ['event-filter-name', 'filter: probes', 'filter: §Probes of health', 'filter: probes-2'],
  ['event-filter-description-missing', 'description: Nobody misses probes that were answered well.', '§description:'],
  ['event-filter-action', 'action: sample', 'action: §samples', 'action: sample'],
  ['event-filter-rate', 'rate: 0.01', 'rate: §1', 'rate: 0.5'],
  [
    'event-filter-bodies-of-etcd',
    'product: kubernetes\n  service: audit\naction: sample\nrate: 0.01',
    'product: etcd\n  service: server\naction: §without-bodies',
    'product: kubernetes\n  service: audit\naction: without-bodies',
  ],
  ['key-unknown', 'rate: 0.01', 'rate: 0.01\n§owner: me', 'rate: 0.01'],
];

const ALICE = '  - value: alice\n    reason: on call\n    expires: 2027-06-30';

const list: readonly Case[] = [
  ['list-name', 'list: backup_users', 'list: §Backup-Users', 'list: backup_users'],
  ['list-description-missing', 'description: Who makes backups.', '§description:'],
  ['list-owner-missing', 'owner: platform team', '§owner:'],
  ['list-entries-missing', LIST.slice(LIST.indexOf('entries:')), '§entries:\n', 'entries: []\n'],
  ['list-alone-in-file', 'list: backup_users', 'title: x\n---\nlist: §backup_users', 'list: backup_users'],
  ['entry-no-map', ALICE, '  - §alice', ALICE],
  ['entry-value-missing', ALICE, '  - §reason: on call', ALICE],
  ['entry-value-no-text', ALICE, '  - value: §1001\n    reason: on call', "  - value: '1001'\n    reason: on call"],
  ['entry-reason-missing', ALICE, '  - §value: alice', ALICE],
  ['entry-key-unknown', ALICE, `${ALICE}\n    §until: never`, ALICE],
  ['entry-key-unknown', 'expires: 2027-06-30', '§expire: 2027-06-30'],
  ['entry-expires-malformed', '2027-06-30', '§next year', '2028-02-29'],
  ['entry-expired', '2027-06-30', '§2026-11-23', '2026-11-24'],
  ['entry-expires-soon', '2027-06-30', '§2026-11-30', '2026-12-24'],
  ['entry-duplicate', ALICE, '  - value: §Backup\n    reason: again', ALICE],
  ['entry-wildcard', ALICE, "  - value: §'ali*'\n    reason: on call", ALICE],
];

const examples: readonly Case[] = [
  ['examples-match-missing', EXAMPLES.slice(0, EXAMPLES.indexOf('no_match')), 'match: §[]\n'],
  ['examples-near-miss-missing', EXAMPLES.slice(EXAMPLES.indexOf('no_match')), 'no_match: §[]\n'],
  ['example-no-map', 'no_match:', '  - §a user\nno_match:', 'no_match:'],
  ['example-name-missing', 'no_match:', '  - §record: {"verb": "get"}\nno_match:', 'no_match:'],
  [
    'example-name-duplicate',
    'name: the backup reads it',
    'name: §a user reads a Secret',
    'name: another user reads it',
  ],
  [
    'example-record-missing',
    'no_match:',
    '  - §name: another\nno_match:',
    '  - name: another\n    event: {"event": {}}\nno_match:',
  ],
  [
    'example-key-unknown',
    'no_match:',
    '  - name: another\n    events: [{record: {"verb": "get"}, §again: 3}]\nno_match:',
    '  - name: another\n    count: 1\n    events: [{record: {"verb": "get"}, repeat: 3, every: 1s}, {event: {"event": {}}, after: 1h}]\nno_match:',
  ],
  [
    'example-record-missing',
    'no_match:',
    '  - name: another\n    events: [{§after: 1s}]\nno_match:',
    "  - name: another\n    record: 'a line'\nno_match:",
  ],
  [
    'example-key-unknown',
    'no_match:',
    '  - name: another\n    record: {"verb": "get"}\n    §why: x\nno_match:',
    'no_match:',
  ],
];

export const DOCUMENT_CASES: readonly Cases[] = [
  { file: 'secret-read.yml', base: RULE, cases: files },
  { file: 'many-secrets.yml', base: CORRELATION, cases: correlation },
  { file: 'backup-filter.yml', base: FILTER, cases: filter },
  { file: 'probes.yml', base: EVENT_FILTER, cases: eventFilter },
  { file: 'backup-users.yml', base: LIST, cases: list },
  { file: 'secret-read.examples.yml', base: EXAMPLES, cases: examples },
];
