import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/policy/policy.ts';
import { type AuditRecord, auditRecord } from '../../../src/policy/recorded.ts';
import { remedied, remedyFor } from '../../../src/policy/remedy.ts';
import { sightOf } from '../../../src/policy/sight.ts';
import { auditEvent } from '../normalize/support.ts';

const policyOf = (rules: string, head = '') =>
  parsePolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}rules:\n${rules}`, 'policy.yml');

function sample(fields: object) {
  const record = auditRecord(auditEvent({ requestObject: { a: 1 }, responseObject: { b: 2 }, ...fields }));
  if (record === undefined) throw new Error('no audit event');
  return { name: 'one', record };
}
const pod = sample({ verb: 'create', objectRef: { resource: 'pods', namespace: 'prod' } });
const exec = sample({
  verb: 'get',
  stage: 'ResponseStarted',
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'prod', name: 'web' },
  responseStatus: { code: 101 },
});
const refused = sample({ stage: 'ResponseStarted', responseStatus: { code: 401 } });
const secret = sample({ verb: 'create', objectRef: { resource: 'secrets', namespace: 'prod', name: 's' } });
const health = sample({ verb: 'get', objectRef: undefined, requestURI: '/debug/pprof?x=1' });

const any = (): boolean => true;
const request = (record: AuditRecord): boolean => record['requestObject'] !== undefined;
const response = (record: AuditRecord): boolean => record['responseObject'] !== undefined;

type Case = [
  name: string,
  policy: string,
  samples: readonly ReturnType<typeof sample>[],
  holds: (record: AuditRecord) => boolean,
  rules: readonly object[],
  before: number,
];
const cases: Case[] = [
  ['what is recorded needs no change', '- level: Metadata\n', [pod], any, [], 1],
  [
    'what is not recorded at all: the metadata of this resource and verb',
    '- { level: Metadata, verbs: [delete] }\n- { level: None }\n',
    [pod],
    any,
    [{ level: 'Metadata', verbs: ['create'], resources: [{ group: '', resources: ['pods'] }] }],
    1,
  ],
  [
    'what no rule speaks of is put at the end',
    '- { level: Metadata, verbs: [delete] }\n',
    [pod],
    any,
    [{ level: 'Metadata', verbs: ['create'], resources: [{ group: '', resources: ['pods'] }] }],
    1,
  ],
  [
    'a body that is not recorded: its level, before the rule that decides',
    '- { level: Metadata, verbs: [delete] }\n- { level: Metadata }\n',
    [pod],
    request,
    [{ level: 'Request', verbs: ['create', 'patch', 'update'], resources: [{ group: '', resources: ['pods'] }] }],
    1,
  ],
  [
    'no more than the rule behind it gives to others, no less either',
    '- { level: Metadata, namespaces: [prod] }\n- { level: RequestResponse, resources: [{ group: "", resources: [pods] }] }\n',
    [pod],
    request,
    [
      {
        level: 'RequestResponse',
        verbs: ['create', 'patch', 'update'],
        resources: [{ group: '', resources: ['pods'] }],
      },
    ],
    0,
  ],
  [
    'two of one level and verb are one rule, and a stream is opened by two verbs',
    '- { level: None }\n',
    [pod, sample({ verb: 'create', objectRef: { resource: 'deployments', apiGroup: 'apps' } }), exec],
    any,
    [
      {
        level: 'Metadata',
        verbs: ['create'],
        resources: [
          { group: '', resources: ['pods'] },
          { group: 'apps', resources: ['deployments'] },
        ],
      },
      { level: 'Metadata', verbs: ['create', 'get'], resources: [{ group: '', resources: ['pods/exec'] }] },
    ],
    0,
  ],
  [
    'what a higher level covers is not asked for again',
    '- { level: Metadata }\n',
    [pod, sample({ verb: 'update', objectRef: { resource: 'pods' }, annotations: { answer: 'yes' } })],
    record =>
      (record['annotations'] as { answer?: string }).answer === undefined ? request(record) : response(record),
    [
      {
        level: 'RequestResponse',
        verbs: ['create', 'patch', 'update'],
        resources: [{ group: '', resources: ['pods'] }],
      },
    ],
    0,
  ],
  [
    'a path without its query',
    '- { level: None }\n',
    [health],
    any,
    [{ level: 'Metadata', verbs: ['get'], nonResourceURLs: ['/debug/pprof'] }],
    0,
  ],
];
for (const [name, text, samples, holds, rules, before] of cases) {
  test(`remedy: ${name}`, () => {
    const policy = policyOf(text);
    const remedy = remedyFor(policy, sightOf(policy, samples, holds).blind);
    expect(remedy).toMatchObject({ rules, before, refused: [] });
    expect(sightOf(remedied(policy, remedy), samples, holds)).toEqual({ seen: samples.length, blind: [] });
  });
}

test('the body of a Secret is never asked for, its metadata is', () => {
  const policy = policyOf('- level: None\n');
  expect(remedyFor(policy, sightOf(policy, [secret], request).blind)).toMatchObject({
    rules: [],
    refused: [{ sample: secret, needs: 'Request' }],
  });
  expect(remedyFor(policy, sightOf(policy, [secret], any).blind)).toMatchObject({
    rules: [{ level: 'Metadata' }],
    refused: [],
  });
});

const stages: [
  name: string,
  head: string,
  rule: string,
  record: ReturnType<typeof sample>,
  restored: readonly object[],
][] = [
  ['a stream is seen when it ends', 'omitStages: [ResponseStarted]\n', '- level: Metadata\n', exec, []],
  [
    'a refused authentication has that stage alone',
    'omitStages: [ResponseStarted]\n',
    '- level: Metadata\n',
    refused,
    [{ stage: 'ResponseStarted', rule: undefined }],
  ],
  [
    'a stage that the rule leaves out',
    '',
    '- { level: Metadata, omitStages: [ResponseComplete] }\n',
    pod,
    [{ stage: 'ResponseComplete', rule: 0 }],
  ],
];
for (const [name, head, rule, record, restored] of stages) {
  test(`remedy: ${name}`, () => {
    const policy = policyOf(rule, head);
    const remedy = remedyFor(policy, sightOf(policy, [record], any).blind);
    expect(remedy).toMatchObject({ rules: [], stages: restored });
    expect(sightOf(remedied(policy, remedy), [record], any)).toEqual({ seen: 1, blind: [] });
  });
}

test('a sample on which the rule does not hold in full says nothing', () => {
  const policy = policyOf('- level: None\n');
  expect(sightOf(policy, [pod], () => false)).toEqual({ seen: 0, blind: [] });
});

test('an answer is asked for by RequestResponse', () => {
  const policy = policyOf('- level: Request\n');
  expect(sightOf(policy, [pod], response).blind).toMatchObject([{ needs: 'RequestResponse', decision: { rule: 0 } }]);
});
