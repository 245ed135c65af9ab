import { type Alert, SEVERITY } from '../model/alert.ts';
import type { EcsDocument, Subject } from '../model/event.ts';
import { identify } from '../model/identity.ts';
import { ECS_VERSION } from '../model/version.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Rule } from '../sigma/rule.ts';
import { threatOf } from './attack.ts';
import { describe } from './describe.ts';
import { messageOf, valueAt } from './message.ts';

/** Whether a request alerts once (`request`), or each of its events for itself (`event`, for `--every-match`). */
export type Unit = 'request' | 'event';

/** The alert of one rule that holds on one event. Its id depends on the rule and the request alone, so a redelivery makes the same. */
export function alertOf(compiled: CompiledRule, subject: Subject, unit: Unit): Alert {
  const { rule } = compiled;
  const document = subject.dataset === 'json' ? {} : (subject.document as Partial<EcsDocument>);
  const timestamp = document['@timestamp'] ?? timeOf(subject.document);
  const key = unit === 'event' ? subject.id : requestOf(subject);
  return {
    '@timestamp': timestamp,
    message: messageOf(compiled, subject),
    ecs: ECS_VERSION,
    event: {
      kind: 'alert',
      dataset: 'keywarden.alert',
      id: identify(document.orchestrator?.cluster?.name, rule.id, key),
      severity: SEVERITY[rule.level],
      ...(document.event === undefined ? {} : { action: document.event.action }),
    },
    rule: ruleFields(rule),
    ...present({ threat: threatOf(rule.tags) }),
    keywarden: {
      alert: {
        level: rule.level,
        status: 'open',
        group: groupOf(compiled, subject.document),
        count: 1,
        first_seen: timestamp,
        last_seen: timestamp,
        evidence: [
          {
            event_id: subject.id,
            timestamp,
            dataset: subject.dataset,
            origin: subject.origin,
            message: describe(subject),
          },
        ],
      },
    },
    ...present({
      user: document.user,
      user_agent: document.user_agent,
      source: document.source,
      orchestrator: document.orchestrator,
      etcd: document.etcd,
      process: document.process,
      related: document.related,
    }),
  };
}

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

function ruleFields(rule: Rule): Alert['rule'] {
  const reference = rule.references[0];
  return { id: rule.id, name: rule.title, ...present({ description: rule.description, reference }) };
}

const DEFAULT_GROUP = ['user.name', 'source.ip'] as const;

function groupOf(compiled: CompiledRule, document: object): Readonly<Record<string, string>> {
  const fields = compiled.rule.keywarden?.group ?? DEFAULT_GROUP;
  return Object.fromEntries(
    fields.flatMap(field => {
      const value = valueAt(document, field, compiled);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

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
