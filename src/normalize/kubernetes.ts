import type { EcsDocument, EcsEvent, Event, Orchestrator, Verbatim } from '../model/event.ts';
import { digest } from '../model/identity.ts';
import { ECS_VERSION } from '../model/version.ts';
import { isAddress } from './address.ts';
import { annotationsOf } from './annotations.ts';
import { type AuditEvent, isFields } from './audit.ts';
import { execCommand } from './exec.ts';
import { type Place, placeId, standInTime } from './place.ts';
import { redact } from './redact/redact.ts';
import { requestFields } from './request/request.ts';
import type { Settings } from './settings.ts';
import { storedGroup } from './stored-group.ts';
import { utc } from './time.ts';
import { urlOf } from './url.ts';

/** Turns a checked audit event into the ECS document of Elastic's Kubernetes integration, redacted. */
export function kubernetesEvent(raw: AuditEvent, place: Place, settings: Settings): Event {
  const { event: audit, paths } = redact(raw, settings.redact);
  const { annotations, verbatim } = spliced(audit, paths.length === 0 ? place : { ...place, text: undefined });
  const id = eventId(raw, place);
  const client = clientOf(audit);
  const timestamp = utc(audit.stageTimestamp) ?? utc(audit.requestReceivedTimestamp);
  const document: EcsDocument = {
    '@timestamp': timestamp ?? standInTime(place, settings.now),
    ecs: ECS_VERSION,
    data_stream: settings.kubernetesStream,
    event: ecsEvent(id, audit),
    user: userOf(audit),
    user_agent: audit.userAgent === undefined || audit.userAgent === '' ? undefined : { original: audit.userAgent },
    source: sourceOf(audit),
    client,
    network: networkOf(audit),
    url: urlOf(audit),
    orchestrator: orchestratorOf(audit, place.cluster),
    related: relatedOf(audit, client),
    process: execCommand(audit),
    keywarden: {
      origin: place.origin,
      envelope: place.envelope,
      missing: missing(audit, timestamp),
      redacted: paths.length === 0 ? undefined : paths,
      request: requestFields(audit),
    },
    kubernetes: { audit: withAnnotations(audit, annotations) },
  };
  return {
    id,
    dataset: 'kubernetes.audit_logs',
    document,
    origin: place.origin,
    judged: isJudgedStage(audit),
    verbatim,
  };
}

/** Writes into the parsed event instead of copying it: it is ours alone, and a copy costs as much as the rules. */
const withAnnotations = (audit: AuditEvent, annotations: AuditEvent['annotations']): AuditEvent =>
  annotations === undefined ? audit : Object.assign(audit, { annotations });

type Spliced = {
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly verbatim: Verbatim | undefined;
};

function spliced(audit: AuditEvent, { bytes, text }: Place): Spliced {
  const own = text === undefined ? undefined : bytes;
  if (audit.annotations === undefined || audit.annotations === null) {
    return {
      annotations: undefined,
      verbatim: own === undefined ? undefined : { bytes: own, annotationsAt: own.length - 1 },
    };
  }
  const { values, at } = annotationsOf(audit.annotations, text ?? '');
  return { annotations: values, verbatim: at < 0 || own === undefined ? undefined : { bytes: own, annotationsAt: at } };
}

/**
 * The audit id alone would not do: a client may choose it, and would hide a second request behind the first.
 * An event without its own identity is told apart by its bytes and its place.
 */
function eventId(audit: AuditEvent, place: Place): string {
  const { auditID, stage, requestReceivedTimestamp: received, stageTimestamp: at, user, verb, requestURI } = audit;
  if (auditID === undefined || stage === undefined || received === undefined || at === undefined) {
    return placeId(place, audit);
  }
  const name = user?.username ?? ABSENT;
  const asked = requestURI ?? referenceOf(audit);
  return digest(
    `${place.cluster ?? ABSENT}\0${auditID}\0${stage}\0${received}\0${at}\0${name}\0${verb ?? ABSENT}\0${asked}`,
  );
}

/** No name can hold a NUL. */
const ABSENT = '\0-';

/** What the request was about, of clouds that tell no URI. */
const referenceOf = ({ objectRef }: AuditEvent): string =>
  objectRef === undefined ? ABSENT : JSON.stringify(objectRef);

function ecsEvent(id: string, audit: AuditEvent): EcsEvent {
  return {
    id,
    kind: 'event',
    module: 'kubernetes',
    dataset: 'kubernetes.audit_logs',
    action: audit.verb ?? 'unknown',
    type: TYPES.get(audit.verb ?? '') ?? NO_TYPE,
    outcome: outcomeOf(audit),
    start: utc(audit.requestReceivedTimestamp),
  };
}

const NO_TYPE: readonly string[] = ['info'];
const ACCESS: readonly string[] = ['access'];
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['get', ACCESS],
  ['list', ACCESS],
  ['watch', ACCESS],
  ['head', ACCESS],
  ['options', ACCESS],
  ['create', ['creation']],
  ['post', ['creation']],
  ['update', ['change']],
  ['put', ['change']],
  ['patch', ['change']],
  ['delete', ['deletion']],
  ['deletecollection', ['deletion']],
]);

/** Unlike Elastic's, which looks at the authorisation alone: an allowed request that was answered with 500 is no success. */
function outcomeOf(audit: AuditEvent): EcsEvent['outcome'] {
  const code = audit.responseStatus?.code;
  if (code !== undefined) return code < 400 ? 'success' : 'failure';
  if (audit.stage === 'Panic' || audit.annotations?.['authorization.k8s.io/decision'] === 'forbid') return 'failure';
  return 'unknown';
}

/** Rules see a request once it is answered; what has no other end in time (a watch, 101, 401) when the answer starts. */
export function isJudgedStage(audit: Pick<AuditEvent, 'stage' | 'responseStatus' | 'verb'>): boolean {
  if (audit.stage === 'RequestReceived') return false;
  if (audit.stage !== 'ResponseStarted') return true;
  const code = audit.responseStatus?.code;
  return code === 101 || code === 401 || audit.verb === 'watch';
}

function userOf({ user, impersonatedUser: effective }: AuditEvent): EcsDocument['user'] {
  const name = said(user?.username);
  const assumed = said(effective?.username);
  if (name === undefined && assumed === undefined) return undefined;
  return { name, id: said(user?.uid), effective: assumed === undefined ? undefined : { name: assumed } };
}

/** An empty text says nothing, and as a value it would count as one in every aggregation. */
const said = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** The last address is the peer that really connected; those before it are what `X-Forwarded-For` claims. */
function sourceOf({ sourceIPs }: AuditEvent): EcsDocument['source'] {
  const peer = sourceIPs?.at(-1);
  return peer !== undefined && isAddress(peer) ? { ip: peer } : undefined;
}

function clientOf({ sourceIPs }: AuditEvent): EcsDocument['client'] {
  if (sourceIPs === undefined || sourceIPs === null || sourceIPs.length === 0) return undefined;
  return { ip: sourceIPs.every(isAddress) ? sourceIPs : sourceIPs.filter(isAddress) };
}

function networkOf({ sourceIPs }: AuditEvent): EcsDocument['network'] {
  if (sourceIPs === undefined || sourceIPs === null || sourceIPs.length < 2) return undefined;
  const claimed = sourceIPs.slice(0, -1).filter(isAddress);
  return claimed.length === 0 ? undefined : { forwarded_ip: claimed };
}

function orchestratorOf(audit: AuditEvent, cluster: string | undefined): Orchestrator {
  const { objectRef } = audit;
  return {
    type: 'kubernetes',
    cluster: cluster === undefined ? undefined : { name: cluster },
    namespace: said(objectRef?.namespace),
    // The audit event's own, as Elastic's integration has it; the object's is in kubernetes.audit.objectRef.
    api_version: audit.apiVersion,
    resource:
      objectRef?.resource === undefined
        ? undefined
        : {
            type: objectRef.resource,
            name: said(objectRef.name) ?? nameInBody(audit),
            group: storedGroup(objectRef.resource, said(objectRef.apiGroup)),
          },
  };
}

/** A create says its name only in the body, and with `generateName` only in the answer's. */
const nameInBody = (audit: AuditEvent): string | undefined =>
  metadataName(audit.responseObject) ?? metadataName(audit.requestObject);

function metadataName(body: unknown): string | undefined {
  const metadata = isFields(body) ? body['metadata'] : undefined;
  const name = isFields(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function relatedOf({ user, impersonatedUser }: AuditEvent, client: EcsDocument['client']): EcsDocument['related'] {
  const effective = said(impersonatedUser?.username);
  const name = said(user?.username);
  const users = name === undefined ? undefined : effective === undefined ? [name] : [name, effective];
  return { ip: client?.ip, user: users };
}

const EXPECTED = ['auditID', 'stage', 'level', 'requestReceivedTimestamp', 'stageTimestamp'] as const;

function missing(audit: AuditEvent, timestamp: string | undefined): readonly string[] | undefined {
  const { auditID, stage, level, requestReceivedTimestamp: received, stageTimestamp: at } = audit;
  // Nearly every event has them all; asking name by name costs more than the rest of this file.
  const whole =
    auditID !== undefined && stage !== undefined && level !== undefined && received !== undefined && at !== undefined;
  if (whole && timestamp !== undefined) return undefined;
  const names = EXPECTED.filter(name => audit[name] === undefined);
  return timestamp === undefined ? [...names, '@timestamp'] : names;
}
