import { expect, test } from '@jest/globals';
import { writePolicy } from '../../../src/policy/write.ts';

const POLICY = `# ours
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  # health
  - level: None
    nonResourceURLs: ['/healthz*']
  # the rest
  - level: Metadata
`;

test('a remedy is written into the policy, whose comments and layout stay', () => {
  const rules = [{ level: 'Request', verbs: ['create'], resources: [{ group: '', resources: ['pods'] }] }] as const;
  const stages = [{ stage: 'ResponseStarted', rule: undefined }] as const;
  expect(writePolicy(POLICY, { rules, before: 1, stages, refused: [] })).toBe(`# ours
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  # health
  - level: None
    nonResourceURLs: ['/healthz*']
  - level: Request
    verbs: [create]
    resources:
      - group: ""
        resources: [pods]
  # the rest
  - level: Metadata
`);
});
