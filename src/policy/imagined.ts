import type { Requirement } from '../sigma/requirement.ts';
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
export function imagined(
  requires: readonly Requirement[],
  paths: readonly (readonly string[])[],
): Imagined | undefined {
  const resources = valuesAt(requires, [...OBJECT, 'resource']);
  if (resources === undefined) return undefined;
  const verbs = valuesAt(requires, [...AUDIT, 'verb']) ?? valuesAt(requires, ['event', 'action']) ?? EVERY_VERB;
  const subresources = valuesAt(requires, [...OBJECT, 'subresource']) ?? [undefined];
  const groups = valuesAt(requires, [...OBJECT, 'apiGroup']);
  const [namespace = 'default'] = valuesAt(requires, [...OBJECT, 'namespace']) ?? [];
  const needs = leastLevel(paths);
  const records = resources.flatMap(resource =>
    subresources.flatMap(subresource =>
      (groups ?? [groupOf(resource)]).flatMap(apiGroup =>
        verbs.map(verb => record(verb, { resource, apiGroup, namespace, name: 'example', ...present(subresource) })),
      ),
    ),
  );
  return {
    samples: records.slice(0, MAX_IMAGINED).map(one => ({ name: nameOf(one), record: one })),
    holds: ({ level }) => atLeastLevel(level as AuditLevel, needs),
  };
}

const EVERY_VERB = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

function valuesAt(requires: readonly Requirement[], path: readonly string[]): readonly string[] | undefined {
  const key = path.join('\0');
  return requires.find(one => one.path.join('\0') === key)?.values;
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

const record = (verb: string, objectRef: NonNullable<AuditRecord['objectRef']>): AuditRecord => ({
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
