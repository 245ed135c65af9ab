import type { Dataset, Event } from '../../model/event.ts';
import { foundAt } from '../../sigma/found.ts';

/**
 * How far a field can be trusted in an exclusion. `identity` is what the API server or etcd has verified, `place` is
 * where something happened, `free` is what whoever sends the request writes as they like.
 */
export type Trust = 'identity' | 'place' | 'free';

/** A field that an exclusion may name. */
export type TuneField = {
  readonly field: string;
  readonly path: readonly string[];
  readonly trust: Trust;
  /** More different values are no longer one thing that can be named and answered for. */
  readonly most: number;
};

/** An address may be another's tomorrow, so only one that all share tells anything. */
const MOST_NAMES = 5;

const ecs = (field: string, trust: Trust, most = 1): TuneField => ({ field, path: field.split('.'), trust, most });
const audit = (field: string, trust: Trust): TuneField => ({
  field,
  path: ['kubernetes', 'audit', ...field.split('.')],
  trust,
  most: 1,
});

/** The best first. */
const FIELDS: Readonly<Record<Dataset, readonly TuneField[]>> = {
  'kubernetes.audit_logs': [
    ecs('user.name', 'identity', MOST_NAMES),
    ecs('source.ip', 'identity'),
    ecs('orchestrator.namespace', 'place'),
    audit('objectRef.resource', 'place'),
    audit('objectRef.subresource', 'place'),
    audit('requestObject.spec.serviceAccountName', 'place'),
    audit('requestObject.spec.template.spec.serviceAccountName', 'place'),
    audit('requestObject.spec.containers.image', 'place'),
    audit('requestObject.spec.template.spec.containers.image', 'place'),
    audit('requestObject.roleRef.name', 'place'),
    audit('objectRef.name', 'place'),
    ecs('process.command_line', 'free'),
    ecs('user_agent.original', 'free'),
  ],
  'etcd.audit_logs': [
    ecs('etcd.client.common_name', 'identity', MOST_NAMES),
    ecs('source.ip', 'identity'),
    ecs('etcd.rpc.method', 'place'),
    ecs('etcd.key', 'place'),
  ],
};

/** A field and the values by which all events are known. */
export type Shared = TuneField & { readonly values: readonly string[] };

/** Values of one event that are looked at. */
const MAX_FOUND = 50;
const MAX_LENGTH = 500;

/** Nobody in particular: an exclusion by it excludes whoever comes. */
const NOBODY = new Set(['', 'system:anonymous', 'system:unauthenticated', 'unknown']);

/** The fields by which all of the events are known: one value that all have, or of names a few. */
export function sharedFields(events: readonly Event[]): readonly Shared[] {
  const [first] = events;
  if (first === undefined) return [];
  return FIELDS[first.dataset].flatMap(field => {
    const values = sharedValues(
      events.map(event => valuesOf(event, field)),
      field.most,
    );
    return values === undefined ? [] : [{ ...field, values }];
  });
}

/** How many different values each identity has, for whoever asks why there is nothing to propose. */
export const varietyOf = (events: readonly Event[]): readonly (readonly [field: string, values: number])[] => {
  const [first] = events;
  const identities = first === undefined ? [] : FIELDS[first.dataset].filter(({ trust }) => trust === 'identity');
  return identities.map(field => [field.field, new Set(events.flatMap(event => valuesOf(event, field))).size] as const);
};

const valuesOf = ({ document }: Event, { path }: TuneField): readonly string[] =>
  foundAt(document, [path], MAX_FOUND).values.flatMap(({ raw }) =>
    typeof raw === 'string' || typeof raw === 'number' ? [String(raw)] : [],
  );

function sharedValues(all: readonly (readonly string[])[], most: number): readonly string[] | undefined {
  const [first = [], ...rest] = all;
  const common = first.find(value => rest.every(values => values.includes(value)));
  const different = [...new Set(all.flat())];
  const single = all.every(values => values.length === 1);
  const values = common !== undefined ? [common] : single && different.length <= most ? different : [];
  return values.length > 0 && values.every(isNameable) ? values : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what cannot be seen cannot be answered for.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const isNameable = (value: string): boolean =>
  !NOBODY.has(value) && value.length <= MAX_LENGTH && !INVISIBLE.test(value);
