import { z } from 'zod';
import type { Decision, PolicyRequest } from './decide.ts';
import { type AuditLevel, atLeastLevel } from './policy.ts';

const Recorded = z.looseObject({
  verb: z.string(),
  requestURI: z.string().default(''),
  stage: z.string().default('ResponseComplete'),
  user: z.looseObject({ username: z.string().optional(), groups: z.array(z.string()).optional() }).optional(),
  objectRef: z
    .looseObject({
      resource: z.string().optional(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
      apiGroup: z.string().optional(),
    })
    .optional(),
  responseStatus: z.looseObject({ code: z.number().optional() }).optional(),
});

/** An audit event of `audit.k8s.io/v1` as far as a policy cares. */
export type AuditRecord = z.output<typeof Recorded>;

/** The record where it is an audit event; undefined where it is anything else (etcd's log, an envelope). */
export function auditRecord(record: unknown): AuditRecord | undefined {
  const read = Recorded.safeParse(record);
  return read.success ? read.data : undefined;
}

/** What a policy decides by, of a request that was recorded. */
export function requestOf({ verb, requestURI, user, objectRef }: AuditRecord): PolicyRequest {
  const { resource, subresource, namespace = '', name = '', apiGroup = '' } = objectRef ?? {};
  const full = subresource === undefined ? (resource ?? '') : `${resource}/${subresource}`;
  return {
    user: user?.username ?? '',
    groups: user?.groups ?? [],
    verb,
    resource: resource === undefined ? undefined : { group: apiGroup, name: full, namespace, object: name },
    path: requestURI.replace(/\?.*$/s, ''),
  };
}

/** The event that a policy with this decision makes of the same request; undefined where it makes none. */
export function recordedAs(
  record: AuditRecord,
  { level, omitStages }: Omit<Decision, 'rule'>,
): AuditRecord | undefined {
  const stage = stageOf(record, omitStages);
  if (level === 'None' || stage === undefined) return undefined;
  return atLevel({ ...record, stage }, level);
}

const SWITCHED = 101;

/** A stream that was opened is told again when it ends; a refused authentication has ResponseStarted alone. */
function stageOf({ stage, verb, responseStatus }: AuditRecord, omitted: readonly string[]): string | undefined {
  if (!omitted.includes(stage)) return stage;
  const ends = stage === 'ResponseStarted' && (responseStatus?.code === SWITCHED || verb === 'watch');
  return ends && !omitted.includes('ResponseComplete') ? 'ResponseComplete' : undefined;
}

function atLevel({ requestObject, responseObject, ...rest }: AuditRecord, level: AuditLevel): AuditRecord {
  return {
    ...rest,
    level,
    ...(requestObject !== undefined && atLeastLevel(level, 'Request') ? { requestObject } : {}),
    ...(responseObject !== undefined && atLeastLevel(level, 'RequestResponse') ? { responseObject } : {}),
  };
}
