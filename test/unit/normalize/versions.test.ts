import { expect, test } from '@jest/globals';
import { auditEvent, normalized } from './support.ts';

const RECEIVED = '2026-11-23T05:13:03.076759Z';
const CREATED = '2026-11-23T05:13:03Z';
const old = (version: string, fields: object = {}): object => ({
  ...auditEvent({ requestReceivedTimestamp: undefined, stageTimestamp: undefined, ...fields }),
  apiVersion: `audit.k8s.io/${version}`,
});
const BOTH = { requestReceivedTimestamp: RECEIVED, stageTimestamp: CREATED };
const OLD_TIMES = { timestamp: RECEIVED, metadata: { creationTimestamp: CREATED } };
const REFERENCE = { resource: 'deployments', namespace: 'dev', name: 'web' };

const versions: [name: string, event: object, audit: object, missing: string[] | undefined][] = [
  ['v1', auditEvent(), { stageTimestamp: '2026-11-23T05:13:03.080000Z' }, undefined],
  ['v1beta1 as v1', old('v1beta1', BOTH), BOTH, undefined],
  ['v1beta1 with the old times', old('v1beta1', OLD_TIMES), BOTH, undefined],
  ['v1alpha1 with the old times', old('v1alpha1', OLD_TIMES), BOTH, undefined],
  [
    'v1alpha1 with both, the new go before',
    old('v1alpha1', { ...OLD_TIMES, stageTimestamp: RECEIVED }),
    { stageTimestamp: RECEIVED },
    undefined,
  ],
  [
    'v1alpha1 with a group in the version',
    old('v1alpha1', { ...OLD_TIMES, objectRef: { ...REFERENCE, apiVersion: 'apps/v1' } }),
    { objectRef: { ...REFERENCE, apiVersion: 'v1', apiGroup: 'apps' } },
    undefined,
  ],
  [
    'v1beta1 without any time',
    old('v1beta1', { metadata: { creationTimestamp: null } }),
    {},
    ['requestReceivedTimestamp', 'stageTimestamp', '@timestamp'],
  ],
  [
    'v1 whose times are null',
    auditEvent({ stageTimestamp: null, requestReceivedTimestamp: null }),
    {},
    ['requestReceivedTimestamp', 'stageTimestamp', '@timestamp'],
  ],
  ['v1 without audit id and level', auditEvent({ auditID: undefined, level: undefined }), {}, ['auditID', 'level']],
  ['a version to come', { ...auditEvent(), apiVersion: 'audit.k8s.io/v2' }, {}, undefined],
];
for (const [name, event, audit, missing] of versions) {
  test(`version: ${name}`, () => {
    const [read] = normalized(event).events;
    expect(read?.document.kubernetes?.audit).toMatchObject(audit);
    expect(read?.document.keywarden.missing).toEqual(missing);
  });
}

test('an old event that had to be changed is serialised anew', () => {
  expect(normalized(old('v1beta1', OLD_TIMES)).events[0]?.verbatim).toBeUndefined();
  expect(normalized(old('v1beta1', BOTH)).events[0]?.verbatim).toBeDefined();
});
