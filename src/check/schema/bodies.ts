import { anything, type Field, flag, number, text, texts, time } from './field.ts';
import { FREE, METADATA, POD_SPEC, type Tree } from './pods.ts';

export type { Tree };

const TEMPLATE: Tree = { metadata: METADATA, spec: POD_SPEC };

/** The specs of workloads, services and requests of one's own, laid one over another. */
const SPEC: Tree = {
  ...POD_SPEC,
  template: TEMPLATE,
  jobTemplate: {
    metadata: METADATA,
    spec: { template: TEMPLATE, ...names('parallelism', 'completions', 'backoffLimit') },
  },
  replicas: number(),
  selector: FREE,
  strategy: FREE,
  updateStrategy: FREE,
  volumeClaimTemplates: FREE,
  serviceName: text(),
  schedule: text(),
  timeZone: text(),
  suspend: flag(),
  concurrencyPolicy: text(),
  ...names('parallelism', 'completions', 'backoffLimit', 'minReadySeconds', 'revisionHistoryLimit'),
  type: text(),
  clusterIP: text(),
  clusterIPs: texts(),
  externalIPs: texts(),
  externalName: text(),
  externalTrafficPolicy: text(),
  loadBalancerIP: text(),
  loadBalancerSourceRanges: texts(),
  ports: anything({ free: true }),
  // TokenRequest, TokenReview, SubjectAccessReview, CertificateSigningRequest.
  audiences: texts(),
  expirationSeconds: number(),
  boundObjectRef: { kind: text(), apiVersion: text(), name: text(), uid: text() },
  token: text(),
  user: text(),
  username: text(),
  uid: text(),
  groups: texts(),
  extra: FREE,
  resourceAttributes: FREE,
  nonResourceAttributes: FREE,
  request: text(),
  signerName: text(),
  usages: texts(),
  // APIService, CustomResourceDefinition, namespaces, nodes, volumes and the rest.
  service: FREE,
  group: text(),
  version: text(),
  versions: anything({ free: true }),
  conversion: FREE,
  caBundle: text(),
  insecureSkipTLSVerify: flag(),
  finalizers: texts(),
  podCIDR: text(),
  podCIDRs: texts(),
  providerID: text(),
  taints: { key: text(), value: text(), effect: text(), timeAdded: time() },
  unschedulable: flag(),
  accessModes: texts(),
  capacity: FREE,
  hostPath: { path: text(), type: text() },
  storageClassName: text(),
  ingress: anything({ free: true }),
  egress: anything({ free: true }),
  podSelector: FREE,
  policyTypes: texts(),
  rules: anything({ free: true }),
  tls: anything({ free: true }),
  ingressClassName: text(),
};

function names(...counts: readonly string[]): Tree {
  return Object.fromEntries(counts.map(name => [name, number()]));
}

/** Source: k8s.io/api/rbac/v1. */
const POLICY_RULE: Tree = {
  verbs: texts(),
  apiGroups: texts(),
  resources: texts(),
  resourceNames: texts(),
  nonResourceURLs: texts(),
};
const SUBJECT: Tree = { kind: text(), name: text(), namespace: text(), apiGroup: text() };

/** Source: k8s.io/api/admissionregistration/v1. */
const WEBHOOK: Tree = {
  name: text(),
  clientConfig: {
    url: text(),
    caBundle: text(),
    service: { name: text(), namespace: text(), path: text(), port: number() },
  },
  rules: { operations: texts(), apiGroups: texts(), apiVersions: texts(), resources: texts(), scope: text() },
  failurePolicy: text(),
  matchPolicy: text(),
  namespaceSelector: FREE,
  objectSelector: FREE,
  sideEffects: text(),
  timeoutSeconds: number(),
  admissionReviewVersions: texts(),
  reinvocationPolicy: text(),
  matchConditions: FREE,
};

/** What the bodies of requests and answers have below them, all built-in kinds laid one over another, and the operations of a JSON Patch. */
export const BODY: Tree = {
  apiVersion: text(),
  kind: text(),
  metadata: METADATA,
  spec: SPEC,
  // A PodTemplate.
  template: TEMPLATE,
  status: anything({ free: true }),
  rules: POLICY_RULE,
  aggregationRule: FREE,
  roleRef: { kind: text(), name: text(), apiGroup: text() },
  subjects: SUBJECT,
  webhooks: WEBHOOK,
  data: FREE,
  stringData: FREE,
  binaryData: FREE,
  type: text(),
  immutable: flag(),
  secrets: FREE,
  imagePullSecrets: { name: text() },
  automountServiceAccountToken: flag(),
  items: anything({ free: true }),
  // A JSON Patch, whose operations are the body.
  op: text(),
  path: text(),
  from: text(),
  value: anything({ free: true }),
  // The options of a deletion, and the answer Status.
  propagationPolicy: text(),
  gracePeriodSeconds: number(),
  orphanDependents: flag(),
  preconditions: FREE,
  dryRun: texts(),
  code: number(100, 599),
  reason: text(),
  message: text(),
  details: FREE,
};

/** A leaf of a tree, not a further tree. */
export const isField = (node: Field | Tree | undefined): node is Field =>
  node !== undefined && typeof (node as { readonly type?: unknown }).type === 'string';
