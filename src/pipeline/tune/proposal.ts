import { randomUUID } from 'node:crypto';
import { stringify } from 'yaml';
import type { Event } from '../../model/event.ts';
import type { RuleSource } from '../../sigma/parse.ts';
import { quotedPattern } from '../../sigma/pattern.ts';
import { placeholdersOf } from '../../sigma/placeholder.ts';
import type { Requirement, Ways } from '../../sigma/requirement.ts';
import { type Shared, sharedFields } from './fields.ts';

/** What would make false alerts stop. */
export type Proposal =
  | { readonly kind: 'filter'; readonly fields: readonly Shared[]; readonly yaml: string }
  | { readonly kind: 'list'; readonly fields: readonly Shared[]; readonly list: string; readonly yaml: string };

export const TO_FILL_IN = 'FILL IN';

/**
 * What may be proposed for the false alerts of a rule, the best first. Each names whom or what the API server or etcd has
 * verified; where it happened only narrows that. What a client writes as it likes comes last, when nothing else is shared.
 */
export function proposalsFor(source: RuleSource, requires: Ways, events: readonly Event[]): readonly Proposal[] {
  const shared = sharedFields(events).filter(field => !isRequired(field, requires));
  const places = shared.filter(
    field => field.trust === 'place' && (field.field !== 'objectRef.name' || events.length > 1),
  );
  const identities = shared.filter(({ trust }) => trust === 'identity');
  const known = identities.flatMap(identity => {
    const others = identities.filter(other => other !== identity && narrows(other, identity));
    const filter = filterOf(source, [identity, ...others, ...places]);
    const entry = listsOf(source, identity).map(list => entryOf(list, identity));
    // A machine does one job and is named in the list of such; whatever a person does is not its job.
    return isMachine(identity) ? [...entry, filter] : [filter, ...entry];
  });
  const placed = places.length === 0 ? [] : [filterOf(source, places)];
  const free = shared.filter(({ trust }) => trust === 'free');
  const written = free.map(field => filterOf(source, [field, ...places]));
  return [...known, ...placed, ...written];
}

/** What the rule asks for anyhow tells its alerts not apart. */
const isRequired = (field: Shared, requires: Ways): boolean =>
  requires.every(way => way.some(wanted => asksFor(wanted, field)));

const asksFor = (wanted: Requirement, { path, values }: Shared): boolean =>
  wanted.kind === 'value' &&
  wanted.path.join('.') === path.join('.') &&
  wanted.texts.every(text => values.some(value => value.toLowerCase() === text));

const isMachine = ({ field, values }: Shared): boolean =>
  field === 'etcd.client.common_name' || values.every(value => value.startsWith('system:'));

/** The address of a person's machine tells a stolen credential from its owner; pods and replicas come from anywhere. */
const narrows = (other: Shared, identity: Shared): boolean =>
  other.field === 'source.ip' ? !isMachine(identity) && other.values.length === 1 : true;

function filterOf({ rule }: RuleSource, fields: readonly Shared[]): Proposal {
  const selection = Object.fromEntries(fields.map(({ field, values }) => [exactly(field), patterns(values)]));
  const yaml = stringify(
    {
      title: `Known: ${rule.title}`.slice(0, MAX_TITLE),
      id: randomUUID(),
      description: `Owner: ${TO_FILL_IN}. Reason: ${TO_FILL_IN}. Until: ${TO_FILL_IN}.`,
      logsource: rule.logsource,
      filter: { rules: [rule.id], known: selection, condition: 'not known' },
    },
    { lineWidth: 0 },
  );
  return { kind: 'filter', fields, yaml };
}

const MAX_TITLE = 200;

/** Kubernetes minds capitals in names; without `cased` somebody called ALICE would be excused as alice. */
const exactly = (field: string): string => (field === 'source.ip' ? field : `${field}|cased`);

/** Nothing in a value is a wildcard. */
function patterns(values: readonly string[]): string | readonly string[] {
  const quoted = values.map(quotedPattern);
  const [only] = quoted;
  return quoted.length === 1 && only !== undefined ? only : quoted;
}

function entryOf(list: string, identity: Shared): Proposal {
  const entries = identity.values.map(value => ({ value, reason: TO_FILL_IN, expires: TO_FILL_IN }));
  return { kind: 'list', list, fields: [identity], yaml: stringify(entries, { lineWidth: 0 }) };
}

/** The lists that a rule asks about a field. */
const listsOf = ({ selections }: RuleSource, { field, path }: Shared): readonly string[] => [
  ...new Set(
    [...selections.values()]
      .flat(2)
      .flatMap(item =>
        item.modifiers.includes('expand') && [field, path.join('.')].includes(item.field)
          ? item.values.flatMap(({ value }) => (/^%[^%]+%$/.test(String(value)) ? placeholdersOf(String(value)) : []))
          : [],
      ),
  ),
];
