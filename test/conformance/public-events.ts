import { auditEvent } from '../unit/normalize/support.ts';

const on = (resource: string, verb: string, more: object = {}, fields: object = {}): object =>
  auditEvent({ verb, objectRef: { resource, namespace: 'dev', name: 'x', apiVersion: 'v1', ...more }, ...fields });

const pod = (spec: object): object =>
  on('pods', 'create', {}, { level: 'Request', requestObject: { kind: 'Pod', apiVersion: 'v1', spec } });

/** What each of SigmaHQ's rules for Kubernetes audit logs has to find, by the rule's id, in events as an API server writes them. */
export const FITTING: Readonly<Record<string, object>> = {
  'eed82177-38f5-4299-8a76-098d50d225ab': on('validatingwebhookconfigurations', 'patch', {
    apiGroup: 'admissionregistration.k8s.io',
  }),
  '0c9b3bda-41a6-4442-9345-356ae86343dc': on('cronjobs', 'create', { apiGroup: 'batch' }),
  '40967487-139b-4811-81d9-c9767a92aa5a': on('deployments', 'delete', { apiGroup: 'apps' }),
  '3132570d-cab2-4561-9ea6-1743644b2290': on('events', 'delete'),
  'a1b0ca4e-7835-413e-8471-3ff2b8a66be6': on('pods', 'create', { subresource: 'exec' }),
  '402b955c-8fe0-4a8c-b635-622b4ac5f902': pod({ volumes: [{ name: 'x', hostPath: { path: '/etc', type: '' } }] }),
  'a80d927d-ac6e-443f-a867-e8d6e3897318': on('pods', 'create', { namespace: 'kube-system' }),
  'c5cd1b20-36bb-488d-8c05-486be3d0cb97': pod({
    containers: [{ name: 'a' }],
    initContainers: [{ name: 'b', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
  }),
  '84b777bd-c946-4d17-aa2e-c39f5a454325': on('selfsubjectrulesreviews', 'create', { apiGroup: 'authorization.k8s.io' }),
  '10b97915-ec8d-455f-a815-9a78926585f6': on('clusterrolebindings', 'update', {
    apiGroup: 'rbac.authorization.k8s.io',
  }),
  'eeb3e9e1-b685-44e4-9232-6bb701f925b5': on('secrets', 'list'),
  '58d31a75-a4f8-4c40-985b-373d58162ca2': on('secrets', 'delete'),
  'e31bae15-83ed-473e-bf31-faf4f8a17d36': on('serviceaccounts', 'create'),
  'ad9012a6-e518-4432-9890-f3b82b8fc71f': on('deployments', 'patch', { apiGroup: 'apps' }),
  '0d933542-1f1f-420d-97d4-21b2c3c492d9': on('pods', 'get', {}, { responseStatus: { metadata: {}, code: 403 } }),
};

/** Its status code would have to be ALLOW: an event that has all else. */
export const NEVER_MATCHING = '597a7e84-187d-458b-9e4f-2f5a0e676711';

export const NEARLY_MATCHING = on(
  'pods',
  'create',
  { subresource: 'exec' },
  {
    requestURI: '/api/v1/namespaces/dev/pods/x/exec?command=%2Fbin%2Fsh&command=-c&container=x&stdout=true',
    userAgent: 'trufflehog/3.0',
    responseStatus: { metadata: {}, code: 101 },
  },
);
