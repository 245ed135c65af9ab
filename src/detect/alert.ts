import { type Alert, type Evidence, SEVERITY, type Silenced } from '../model/alert.ts';
import type { EcsDocument, Subject } from '../model/event.ts';
import { identify, identifyAlert } from '../model/identity.ts';
import type { Witness } from '../model/signal.ts';
import { ECS_VERSION } from '../model/version.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { groupFieldsOf, type Rule } from '../sigma/rule.ts';
import { threatOf } from './attack.ts';
import { describe } from './describe.ts';
import { linksOf } from './links.ts';
import { messageOf, textAt } from './message.ts';

/** Whether matches of one request and group are one alert (`request`), or each event for itself (`event`, for `--every-match`). */
export type Unit = 'request' | 'event';

/** The alert of one rule that holds on one event. Its id depends on cluster, rule, group and request alone, so a redelivery makes the same. */
export function alertOf(compiled: CompiledRule, subject: Subject, unit: Unit, silenced?: Silenced): Alert {
  const { rule } = compiled;
  const cluster = clusterOf(subject);
  const group = groupOf(compiled, subject.document);
  const key = keyOf(rule, cluster, group, silenced);
  const id = unit === 'event' ? identifyAlert(cluster, rule.id, subject.id) : identifyAlert(key, requestOf(subject));
  return draftOf({ rule, id, key, group, silenced }, witnessOf(compiled, subject));
}

/** What an alert says of its case. */
export type Case = {
  readonly rule: Rule;
  readonly id: string;
  readonly key: string;
  readonly group: Readonly<Record<string, string>>;
  readonly silenced: Silenced | undefined;
};

/** The alert of a case as its first witness tells it. */
export function draftOf({ rule, id, key, group, silenced }: Case, witness: Witness): Alert {
  const { evidence, message, action, links = [], subject } = witness;
  const { timestamp } = evidence;
  return {
    // First, so that nothing of it stands in the place of what the alert itself says.
    ...subject,
    '@timestamp': timestamp,
    message,
    ecs: ECS_VERSION,
    event: {
      kind: 'alert',
      dataset: 'keywarden.alert',
      id,
      severity: SEVERITY[rule.level],
      ...present({ action }),
    },
    rule: ruleFields(rule),
    ...present({ threat: threatOf(rule.tags) }),
    keywarden: {
      alert: {
        level: rule.level,
        status: 'open',
        group,
        key,
        ...(links.length === 0 ? {} : { links }),
        count: 1,
        first_seen: timestamp,
        last_seen: timestamp,
        evidence: [evidence],
        ...present({ look_first: rule.keywarden?.look_first?.trim(), silenced }),
        ...(rule.falsepositives.length === 0 ? {} : { falsepositives: rule.falsepositives }),
      },
    },
  };
}

/** What an alert tells of an event on which the rule holds. */
export function witnessOf(compiled: CompiledRule, subject: Subject): Witness {
  const { event, user, user_agent, source, orchestrator, etcd, process, related } = ecsOf(subject);
  return {
    message: cut(messageOf(compiled, subject), MAX_TEXT),
    evidence: evidenceOf(subject),
    ...present({ action: event?.action }),
    links: linksOf(subject),
    subject: bounded(present({ user, user_agent, source, orchestrator, etcd, process, related })),
  };
}

/** `orchestrator.cluster.name`. */
export const clusterOf = (subject: Subject): string | undefined => ecsOf(subject).orchestrator?.cluster?.name;

export const ecsOf = ({ dataset, document }: Subject): Partial<EcsDocument> => (dataset === 'json' ? {} : document);

/** The event as a piece of evidence. */
export function evidenceOf(subject: Subject): Evidence {
  const { process } = ecsOf(subject);
  const command = process === undefined ? '' : `: ${process.command_line}`;
  return {
    event_id: subject.id,
    timestamp: timestampOf(subject),
    dataset: subject.dataset,
    origin: subject.origin,
    message: cut(`${describe(subject)}${command}`, MAX_SENTENCE),
  };
}

/** RFC 3339. */
export const timestampOf = (subject: Subject): string => ecsOf(subject)['@timestamp'] ?? timeOf(subject.document);

/** What tells one case of a rule from another, as one text of fixed length. */
export const keyOf = (
  rule: Rule,
  cluster: string | undefined,
  group: Readonly<Record<string, string>>,
  silenced: Silenced | undefined,
): string => identify(cluster, rule.id, JSON.stringify(group), silenced?.name);

const MAX_SENTENCE = 400;

/** One request leaves an event a stage; this is the part of its identity that all stages share. */
export function requestOf({ dataset, document, id }: Subject): string {
  if (dataset !== 'kubernetes.audit_logs') return id;
  const { kubernetes, user } = document as EcsDocument;
  const { auditID, requestReceivedTimestamp: received, verb, requestURI, objectRef } = kubernetes?.audit ?? {};
  if (typeof auditID !== 'string' || typeof received !== 'string') return id;
  // A cloud that tells no URI may give one id to the requests of an operation.
  const asked = requestURI ?? JSON.stringify(objectRef);
  return identify(auditID, received, user?.name, String(verb), String(asked));
}

/** A request that is judged when its response starts is judged again when it is complete, perhaps hours later. */
export const hasLaterStage = ({ dataset, document }: Subject): boolean =>
  dataset === 'kubernetes.audit_logs' && (document as EcsDocument).kubernetes?.audit['stage'] === 'ResponseStarted';

function ruleFields(rule: Rule): Alert['rule'] {
  const reference = rule.references[0];
  return { id: rule.id, name: rule.title, ...present({ description: rule.description, reference }) };
}

/** The values of the fields that the rule groups by; those that the event lacks are left out. */
export function groupOf(compiled: CompiledRule, document: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    groupFieldsOf(compiled.rule).flatMap(field => {
      const value = textAt(document, field, compiled);
      return value === undefined ? [] : [[field, told(value)]];
    }),
  );
}

/** A value that is too long is cut, and still told from others that begin alike. */
export const told = (value: string): string =>
  value.length <= MAX_VALUE ? value : `${cut(value, MAX_VALUE)}#${identify(value)}`;

const MAX_VALUE = 200;

/** Where plain JSON tells its time; else the moment it is read. */
function timeOf(document: object): string {
  const { '@timestamp': ecs, timestamp } = document as Readonly<Record<string, unknown>>;
  const time = new Date(String(ecs ?? timestamp));
  return Number.isNaN(time.getTime()) ? new Date().toISOString() : time.toISOString();
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without its undefined members. */
const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

const MAX_TEXT = 2_048;
const MAX_ITEMS = 32;

/** A copy: a slice would keep the whole text in memory. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(`${text.slice(0, length - 1)}…`).toString();

/** Fields of an event, for an alert: the event itself has them whole, but they are the attacker's and may be megabytes. */
function bounded<T>(value: T): T {
  if (typeof value === 'string') return cut(value, MAX_TEXT) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(bounded) as T;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bounded(member)])) as T;
}
