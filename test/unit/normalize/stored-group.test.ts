import { expect, test } from '@jest/globals';
import { auditEvent, normalized } from './support.ts';

const groups: [resource: string, apiGroup: string | undefined, stored: string | undefined][] = [
  ['events', 'events.k8s.io', undefined],
  ['events', undefined, undefined],
  ['events', 'example.com', 'example.com'],
  ['widgets', 'events.k8s.io', 'events.k8s.io'],
  ['deployments', 'extensions', 'apps'],
  ['deployments', 'apps', 'apps'],
  ['ingresses', 'extensions', 'networking.k8s.io'],
  ['replicationcontrollers', 'extensions', undefined],
  ['widgets', 'extensions', 'extensions'],
  ['secrets', undefined, undefined],
  ['secrets', '', undefined],
  ['secrets', 'vault.example.com', 'vault.example.com'],
];
for (const [resource, apiGroup, stored] of groups) {
  test(`${resource} of ${apiGroup ?? 'the core group'} are stored in ${stored ?? 'the core group'}`, () => {
    const [event] = normalized(auditEvent({ objectRef: { resource, apiGroup, name: 'x' } })).events;
    expect(event?.document.orchestrator?.resource?.group).toBe(stored);
  });
}
