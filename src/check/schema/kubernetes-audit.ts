import { COMMON, WHEREABOUTS } from './common.ts';
import { address, anything, type Fields, number, object, oneOf, someOf, text, texts, time } from './field.ts';

/**
 * The verbs that an API server writes: of resources from RequestInfo, of other paths the lower-cased HTTP method.
 * Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go. RBAC's verbs (bind, escalate, impersonate, use, approve,
 * sign …) are no verbs of requests.
 */
const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'proxy',
  'post',
  'put',
  'head',
  'options',
  'connect',
  'trace',
] as const;

const AUDIT = 'kubernetes.audit';

/**
 * Fields of an event of the API server: what Keywarden makes of it, and the audit event itself below `kubernetes.audit`.
 * Source: k8s.io/apiserver/pkg/apis/audit/v1/types.go.
 */
export const KUBERNETES_AUDIT: Fields = {
  ...COMMON,
  ...WHEREABOUTS,
  'data_stream.dataset': { ...oneOf('kubernetes.audit_logs'), always: true },
  'event.dataset': { ...oneOf('kubernetes.audit_logs'), always: true },
  'event.module': { ...oneOf('kubernetes'), always: true },
  'event.kind': { ...oneOf('event'), always: true },
  'event.action': { ...oneOf(...VERBS, 'unknown'), always: true, same: `${AUDIT}.verb` },
  'event.type': someOf('access', 'creation', 'change', 'deletion', 'info'),
  'event.start': time(),
  'user.name': text({ same: `${AUDIT}.user.username` }),
  'user.id': text({ same: `${AUDIT}.user.uid` }),
  'user.effective.name': text({ same: `${AUDIT}.impersonatedUser.username` }),
  'user_agent.original': text({ claimed: true, same: `${AUDIT}.userAgent` }),
  'source.ip': address(),
  'client.ip': { type: 'address', many: true, claimed: true },
  'orchestrator.namespace': text({ same: `${AUDIT}.objectRef.namespace` }),
  'orchestrator.api_version': text({ same: `${AUDIT}.apiVersion` }),
  'orchestrator.resource.type': text({ lower: true, same: `${AUDIT}.objectRef.resource` }),
  'orchestrator.resource.name': text(),
  'orchestrator.resource.group': text({ same: `${AUDIT}.objectRef.apiGroup` }),
  'process.args': texts(),
  'process.command_line': text(),
  'keywarden.redacted': texts(),
  [`${AUDIT}.kind`]: oneOf('Event'),
  [`${AUDIT}.apiVersion`]: oneOf('audit.k8s.io/v1', 'audit.k8s.io/v1beta1', 'audit.k8s.io/v1alpha1'),
  [`${AUDIT}.level`]: oneOf('Metadata', 'Request', 'RequestResponse'),
  [`${AUDIT}.auditID`]: text({ claimed: true }),
  [`${AUDIT}.stage`]: {
    ...oneOf('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'),
    judged: {
      values: ['ResponseStarted', 'ResponseComplete', 'Panic'],
      why: 'rules are not evaluated at stage RequestReceived, which only repeats the request',
    },
  },
  [`${AUDIT}.requestURI`]: text({ claimed: true }),
  [`${AUDIT}.verb`]: oneOf(...VERBS),
  [`${AUDIT}.user.username`]: text(),
  [`${AUDIT}.user.uid`]: text(),
  [`${AUDIT}.user.groups`]: texts(),
  [`${AUDIT}.user.extra`]: object({ free: true }),
  [`${AUDIT}.impersonatedUser.username`]: text(),
  [`${AUDIT}.impersonatedUser.uid`]: text(),
  [`${AUDIT}.impersonatedUser.groups`]: texts(),
  [`${AUDIT}.impersonatedUser.extra`]: object({ free: true }),
  [`${AUDIT}.authenticationMetadata`]: object({ free: true }),
  [`${AUDIT}.sourceIPs`]: { type: 'address', many: true, claimed: true },
  [`${AUDIT}.userAgent`]: text({ claimed: true }),
  [`${AUDIT}.objectRef.resource`]: text({ lower: true }),
  [`${AUDIT}.objectRef.namespace`]: text(),
  [`${AUDIT}.objectRef.name`]: text(),
  [`${AUDIT}.objectRef.uid`]: text(),
  [`${AUDIT}.objectRef.apiGroup`]: text(),
  [`${AUDIT}.objectRef.apiVersion`]: text(),
  [`${AUDIT}.objectRef.resourceVersion`]: text({ claimed: true }),
  [`${AUDIT}.objectRef.subresource`]: text({ lower: true }),
  [`${AUDIT}.responseStatus.code`]: number(100, 599),
  [`${AUDIT}.responseStatus.status`]: oneOf('Success', 'Failure'),
  [`${AUDIT}.responseStatus.reason`]: text(),
  [`${AUDIT}.responseStatus.message`]: text(),
  [`${AUDIT}.responseStatus.metadata`]: object({ free: true }),
  [`${AUDIT}.responseStatus.details`]: object({ free: true }),
  [`${AUDIT}.requestObject`]: anything({ free: true, level: 'Request' }),
  [`${AUDIT}.responseObject`]: anything({ free: true, level: 'RequestResponse' }),
  [`${AUDIT}.requestReceivedTimestamp`]: time(),
  [`${AUDIT}.stageTimestamp`]: time(),
  [`${AUDIT}.annotations`]: object({ free: true }),
  [`${AUDIT}.annotations.authorization_k8s_io/decision`]: oneOf('allow', 'forbid'),
};
