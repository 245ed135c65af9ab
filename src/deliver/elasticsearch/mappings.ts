type Mapping = { readonly [field: string]: unknown };

const keyword = { type: 'keyword', ignore_above: 8191 } as const;
const text = { type: 'text' } as const;
const ip = { type: 'ip', ignore_malformed: true } as const;
const long = { type: 'long', ignore_malformed: true } as const;
const date = { type: 'date', ignore_malformed: true } as const;
const boolean = { type: 'boolean', ignore_malformed: true } as const;

/** Only what is named is indexed; the rest stays in `_source`. So no event can blow up the mapping. */
const closed = (properties: Mapping) => ({ dynamic: false, properties });
const fields = (properties: Mapping) => ({ properties });

const origin = fields({ topic: keyword, partition: long, offset: long, file: keyword, line: long, item: long });

/** Fields that every document has, event or alert (ECS 8.17). */
const ecs: Mapping = {
  '@timestamp': { type: 'date' },
  ecs: fields({ version: keyword }),
  message: text,
  event: fields({
    id: keyword,
    kind: keyword,
    module: keyword,
    dataset: keyword,
    category: keyword,
    type: keyword,
    action: keyword,
    outcome: keyword,
    reason: keyword,
    severity: long,
    start: date,
    end: date,
    duration: long,
    ingested: date,
  }),
  user: fields({ name: keyword, id: keyword, effective: fields({ name: keyword }) }),
  user_agent: fields({ original: { ...keyword, fields: { text } } }),
  source: fields({
    ip,
    port: long,
    geo: fields({
      country_iso_code: keyword,
      country_name: keyword,
      city_name: keyword,
      location: { type: 'geo_point', ignore_malformed: true },
    }),
    as: fields({ number: long, organization: fields({ name: { ...keyword, fields: { text } } }) }),
  }),
  client: fields({ ip }),
  network: fields({ forwarded_ip: ip }),
  url: fields({ path: keyword }),
  orchestrator: fields({
    type: keyword,
    cluster: fields({ name: keyword }),
    namespace: keyword,
    api_version: keyword,
    resource: fields({ type: keyword, name: keyword, group: keyword }),
  }),
  related: fields({ ip, user: keyword }),
  process: fields({ args: keyword, command_line: { ...keyword, fields: { text } } }),
  log: fields({ level: keyword, logger: keyword }),
};

const etcd = closed({
  line: keyword,
  alone: boolean,
  rpc: fields({ service: keyword, method: keyword }),
  operation: keyword,
  key: keyword,
  range_end: keyword,
  key_span: keyword,
  keys: keyword,
  registry: boolean,
  resources: keyword,
  txn: fields({ guarded: boolean, operations: long, like_api_server: boolean, nested: boolean }),
  value: fields({ size: long, hash: keyword, encrypted: boolean, provider: keyword, key_id: keyword }),
  keys_only: boolean,
  count_only: boolean,
  serializable: boolean,
  limit: long,
  lease: keyword,
  lease_ended: boolean,
  revision: long,
  create_revision: long,
  version: long,
  creates: boolean,
  previous_revision: long,
  key_size: long,
  history: long,
  revisions: fields({ from: long, to: long }),
  request: fields({ size: long, count: long }),
  response: fields({ size: long, count: long }),
  client: fields({ common_name: keyword }),
  member: fields({ id: keyword, name: keyword, peer_urls: keyword, learner: boolean, at_start: boolean }),
  cluster: fields({ id: keyword, remote_id: keyword, previous_id: keyword }),
  auth: fields({ user: keyword, role: keyword, roles: keyword, permission: keyword }),
  tls: fields({ endpoint: keyword, error: keyword, server_name: keyword }),
  alarm: keyword,
  alarm_action: keyword,
  snapshot: fields({ size: long }),
  saturation: fields({ message: keyword }),
  server: closed({
    version: keyword,
    listen_client_urls: keyword,
    listen_peer_urls: keyword,
    listen_metrics_urls: keyword,
    client_tls: boolean,
    client_cert_auth: boolean,
    trusted_ca: boolean,
    log_level: keyword,
  }),
});

const integer = { type: 'integer', ignore_malformed: true } as const;

/** `extra` names the pod and the credential that a token is of; its keys are free, so they are no fields of their own. */
const user = fields({
  username: keyword,
  uid: keyword,
  groups: { ...keyword, fields: { text } },
  extra: { type: 'flattened', ignore_above: 8191 },
});

const runAs = { runAsUser: integer, runAsGroup: integer, runAsNonRoot: boolean };

/** Nested, since the verbs and the resources of one rule belong together. */
const rules = {
  type: 'nested',
  dynamic: false,
  properties: {
    verbs: keyword,
    resources: keyword,
    apiGroups: keyword,
    resourceNames: keyword,
    nonResourceURLs: keyword,
  },
};

const roleRef = closed({ kind: keyword, name: keyword });

const podSpec = closed({
  type: keyword,
  hostIPC: boolean,
  hostNetwork: boolean,
  hostPID: boolean,
  restartPolicy: keyword,
  serviceAccountName: keyword,
  securityContext: closed(runAs),
  volumes: closed({ hostPath: closed({ path: keyword }) }),
  containers: closed({
    image: keyword,
    volumeMounts: closed({ mountPath: keyword }),
    securityContext: closed({
      ...runAs,
      privileged: boolean,
      allowPrivilegeEscalation: boolean,
      procMount: keyword,
      capabilities: closed({ add: keyword }),
    }),
  }),
});

/**
 * The audit event under the names of Elastic's Kubernetes integration. Source: elastic/integrations,
 * packages/kubernetes/data_stream/audit_logs/fields. Its free texts are keywords here, so that they can be grouped.
 */
const audit = closed({
  kind: keyword,
  apiVersion: keyword,
  level: keyword,
  auditID: keyword,
  stage: keyword,
  requestURI: keyword,
  verb: keyword,
  user,
  impersonatedUser: user,
  sourceIPs: keyword,
  userAgent: keyword,
  objectRef: fields({
    resource: keyword,
    namespace: keyword,
    name: keyword,
    uid: keyword,
    apiGroup: keyword,
    apiVersion: keyword,
    resourceVersion: keyword,
    subresource: keyword,
  }),
  responseStatus: closed({
    code: integer,
    status: keyword,
    reason: keyword,
    message: text,
  }),
  requestObject: closed({ spec: podSpec, rules, roleRef }),
  responseObject: closed({ spec: podSpec, rules, roleRef }),
  requestReceivedTimestamp: date,
  stageTimestamp: date,
  annotations: { type: 'object', dynamic: false, properties: annotationsOf() },
});

/** The annotations that the API server itself writes; others stay in `_source`. */
function annotationsOf(): Mapping {
  const names = ['decision', 'reason'].map(name => `authorization_k8s_io/${name}`);
  const others = ['pod-security_kubernetes_io/enforce-policy', 'authentication_k8s_io/legacy-token'];
  return Object.fromEntries([...names, ...others].map(name => [name, keyword]));
}

const stream = { data_stream: fields({ type: keyword, dataset: keyword, namespace: keyword }) };
const mark = { name: keyword, sample_rate: { type: 'float' }, left_out: keyword } as const;
const keywarden = {
  keywarden: closed({
    origin,
    envelope: keyword,
    missing: keyword,
    redacted: keyword,
    request: closed({
      foreign_namespace: boolean,
      service_account: keyword,
      bound: keyword,
      defines: fields({ type: keyword, group: keyword }),
      dry_run: keyword,
      certificate: fields({ common_name: keyword, organization: keyword }),
    }),
    labels: keyword,
    filter: fields(mark),
    lost: long,
  }),
};

export const kubernetesMappings = closed({ ...ecs, ...stream, ...keywarden, kubernetes: closed({ audit }) });

export const etcdMappings = closed({ ...ecs, ...stream, ...keywarden, etcd });

export const filterMappings = closed({
  ...ecs,
  ...stream,
  keywarden: closed({ filter: fields({ ...mark, action: keyword, dropped: long, kept: long, stripped: long }) }),
});

export const alertMappings = closed({
  ...ecs,
  etcd,
  rule: fields({ id: keyword, name: keyword, description: text, reference: keyword }),
  threat: fields({
    framework: keyword,
    tactic: fields({ id: keyword, name: keyword }),
    technique: fields({ id: keyword, name: keyword }),
  }),
  keywarden: closed({
    alert: closed({
      level: keyword,
      status: keyword,
      story: keyword,
      links: keyword,
      group: { type: 'flattened', ignore_above: 8191 },
      key: keyword,
      suppress: long,
      count: long,
      look_first: text,
      falsepositives: text,
      silenced: fields({ name: keyword, owner: keyword, reason: text, until: date }),
      counted: {
        type: 'nested',
        dynamic: false,
        properties: { topic: keyword, partition: long, offset: long, item: long, count: long },
      },
      requests: keyword,
      by: keyword,
      reason: keyword,
      note: text,
      history: closed({ at: date, by: keyword, status: keyword, reason: keyword, note: text }),
      first_seen: { type: 'date' },
      last_seen: { type: 'date' },
      evidence: {
        type: 'nested',
        dynamic: false,
        properties: { event_id: keyword, timestamp: { type: 'date' }, dataset: keyword, origin, message: text },
      },
    }),
  }),
});
