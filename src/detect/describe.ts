import type { EcsDocument, Subject } from '../model/event.ts';

/** One sentence on an event: who did what to what, from where, and how it ended. */
export function describe({ document, dataset }: Subject): string {
  if (dataset === 'json') return 'a JSON object';
  const event = document as EcsDocument;
  if (event.event.kind === 'pipeline_error') return event.message ?? event.event.action;
  return dataset === 'etcd.audit_logs' ? etcdSentence(event) : requestSentence(event);
}

function requestSentence({ user, event, orchestrator, source, kubernetes }: EcsDocument): string {
  const audit = kubernetes?.audit ?? {};
  const who = user?.name === undefined || user.name === '' ? 'an unauthenticated client' : user.name;
  const as = user?.effective === undefined ? '' : ` as ${user.effective.name}`;
  return `${who}${as}: ${event.action} ${objectOf(orchestrator, audit)}${from(source)}${answer(audit)}`;
}

function objectOf(orchestrator: EcsDocument['orchestrator'], audit: Readonly<Record<string, unknown>>): string {
  const resource = orchestrator?.resource;
  if (resource?.type === undefined) return String(audit['requestURI'] ?? 'something').slice(0, 200);
  const { subresource } = (audit['objectRef'] ?? {}) as { readonly subresource?: unknown };
  const type = typeof subresource === 'string' ? `${resource.type}/${subresource}` : resource.type;
  const name = resource.name === undefined ? '' : ` ${resource.name}`;
  const where = orchestrator?.namespace === undefined ? '' : ` in ${orchestrator.namespace}`;
  return `${type}${name}${where}`;
}

function answer(audit: Readonly<Record<string, unknown>>): string {
  const { code } = (audit['responseStatus'] ?? {}) as { readonly code?: unknown };
  return typeof code === 'number' ? ` (${code})` : '';
}

function etcdSentence({ etcd, event, source, message }: EcsDocument): string {
  if (etcd?.line !== 'request' && etcd?.line !== 'apply') return `etcd: ${message ?? event.action}${from(source)}`;
  const name = etcd.client?.common_name;
  const by = name === undefined ? '' : ` by ${name}`;
  const method = etcd.rpc?.method ?? event.action;
  const to = etcd.range_end === undefined || etcd.key_span === 'prefix' ? '' : ` to ${etcd.range_end}`;
  const span = etcd.key_span === 'prefix' ? '*' : to;
  return `etcd ${method} ${etcd.key ?? ''}${span}${by}${from(source)}`;
}

const from = (source: EcsDocument['source']): string => (source?.ip === undefined ? '' : ` from ${source.ip}`);
