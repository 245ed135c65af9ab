import type { Requirements, Ways } from '../sigma/requirement.ts';
import { groupOf } from './groups.ts';
import { type AuditLevel, atLeastLevel } from './policy.ts';
import type { AuditRecord } from './recorded.ts';
import type { Sample } from './sight.ts';

/** Requests that are imagined for one rule, at the most. */
const MAX_IMAGINED = 500;

const AUDIT = ['kubernetes', 'audit'];
const OBJECT = [...AUDIT, 'objectRef'];

/** What a rule without examples needs, as far as its fields tell: requests such as it names, and how much of them. */
export type Imagined = { readonly samples: readonly Sample[]; readonly holds: (record: AuditRecord) => boolean };

/** Undefined where the rule names no resource, so that nothing can be imagined. `paths` are those of all fields that it reads. */
export function imagined(requires: Ways, paths: readonly (readonly string[])[]): Imagined | undefined {
  const records = requires.flatMap(recordsOf).slice(0, MAX_IMAGINED);
  if (records.length === 0) return undefined;
  const needs = leastLevel(paths);
  return {
    samples: records.map(record => ({ name: nameOf(record), record })),
    holds: ({ level }) => atLeastLevel(level as AuditLevel, needs),
  };
}

/** The requests of one way in which the rule can hold; none where it names no resource. */
function recordsOf(way: Requirements): readonly AuditRecord[] {
  const resources = valuesAt(way, [...OBJECT, 'resource']) ?? [];
  const verbs = valuesAt(way, [...AUDIT, 'verb']) ?? valuesAt(way, ['event', 'action']) ?? EVERY_VERB;
  const subresources = valuesAt(way, [...OBJECT, 'subresource']) ?? [undefined];
  const groups = valuesAt(way, [...OBJECT, 'apiGroup']);
  const [namespace = 'default'] = valuesAt(way, [...OBJECT, 'namespace']) ?? [];
  return resources.flatMap(resource =>
    subresources.flatMap(subresource =>
      (groups ?? [groupOf(resource)]).flatMap(apiGroup =>
        verbs.map(verb => recordOf(verb, { resource, apiGroup, namespace, name: 'example', ...present(subresource) })),
      ),
    ),
  );
}

const EVERY_VERB = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

function valuesAt(way: Requirements, path: readonly string[]): readonly string[] | undefined {
  const key = path.join('\0');
  const wanted = way.find(one => one.kind === 'value' && one.path.join('\0') === key);
  return wanted?.kind === 'value' ? wanted.texts : undefined;
}

/** A body that is read may be one of several things that the rule looks at; without it the rule sees less than it could. */
function leastLevel(paths: readonly (readonly string[])[]): AuditLevel {
  const read = new Set(
    paths.filter(([first, second]) => first === 'kubernetes' && second === 'audit').map(path => path[2]),
  );
  if (read.has('responseObject')) return 'RequestResponse';
  return read.has('requestObject') ? 'Request' : 'Metadata';
}

const present = (subresource: string | undefined): object => (subresource === undefined ? {} : { subresource });

const recordOf = (verb: string, objectRef: NonNullable<AuditRecord['objectRef']>): AuditRecord => ({
  level: 'RequestResponse',
  stage: 'ResponseComplete',
  verb,
  requestURI: '',
  user: { username: 'somebody', groups: ['system:authenticated'] },
  objectRef,
  requestObject: {},
  responseObject: {},
});

function nameOf({ verb, objectRef }: AuditRecord): string {
  const { resource, subresource } = objectRef ?? {};
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
}
