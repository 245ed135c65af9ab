import type { Condition } from '../../sigma/condition.ts';
import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { DETECTING, type Lint, modifiers, OURS } from '../lint.ts';
import { rewritten, spanOf } from '../nodes.ts';
import type { Project, Understanding } from '../project.ts';
import { needsField } from '../reach/contradiction.ts';
import type { DeadValue, JudgedItem } from '../reach/judged.ts';
import type { Field } from '../schema/field.ts';
import { knownAt, SCHEMAS, type Schema } from '../schema/schema.ts';
import { meant } from '../spelling.ts';
import { keyPlace, ofMeaning } from './detections.ts';
import { perhaps } from './support.ts';

type Judged = (item: JudgedItem, schema: Schema, document: CheckedDocument, project: Project) => readonly Found[];

/** Looks at each item whose log source is known. */
const eachJudged = (look: Judged): Lint['find'] =>
  ofMeaning(({ schema, selections }, document, project) =>
    schema === undefined ? [] : [...selections.values()].flat(2).flatMap(item => look(item, schema, document, project)),
  );

const dead = (kind: DeadValue['kind']): Lint['find'] =>
  eachJudged(judged =>
    judged.dead.filter(value => value.kind === kind).map(({ node, why }) => ({ at: spanOf(node), what: why })),
  );

const isUnknown = ({ known }: JudgedItem): boolean => known.length > 0 && known.every(({ kind }) => kind === 'unknown');

/** The other log source whose events have the field. */
const otherSource = (judged: JudgedItem, schema: Schema): Schema | undefined =>
  SCHEMAS.find(other => other !== schema && judged.known.some(({ path }) => hasField(other, path)));

/** Whether a log source has a field, written as it stands there or in the short form of the audit event. */
const hasField = (schema: Schema, path: string): boolean =>
  [path, `${AUDIT}${path}`].some(one => knownAt(schema, one.split('.')).kind === 'field');

const AUDIT = 'kubernetes.audit.';

/** A path as rules write it. */
const short = (path: string): string => (path.startsWith(AUDIT) ? path.slice(AUDIT.length) : path);

/** The short names of all fields of a log source. */
const namesOf = ({ fields }: Schema): readonly string[] =>
  Object.keys(fields).flatMap(path => [...new Set([path, short(path)])]);

const nearTo = (judged: JudgedItem): readonly string[] =>
  [...new Set(judged.known.flatMap(known => (known.kind === 'field' ? [] : known.near)))].map(short);

/** Says that an item compares a field in a way that its type has not. */
const unfit = (
  modifier: readonly string[],
  fits: (field: Field) => boolean,
  what: (name: string) => string,
): Lint['find'] =>
  eachJudged(({ item, field }) =>
    field !== undefined && item.modifiers.some(name => modifier.includes(name)) && !fits(field)
      ? [{ at: keyPlace(item), what: what(item.field) }]
      : [],
  );

const isType =
  (...types: readonly Field['type'][]) =>
  ({ type }: Field): boolean =>
    type === 'any' || types.includes(type);

/** The selections that a condition takes out of what it finds. */
function excluded(condition: Condition, negated = false): readonly string[] {
  if (condition.kind === 'not') return excluded(condition.part, !negated);
  if (condition.kind === 'selection') return negated ? [condition.name] : [];
  return condition.parts.flatMap(part => excluded(part, negated));
}

const isClaim = (judged: JudgedItem): boolean => judged.field?.claimed === true && needsField(judged);

/** Exclusions that whoever is looked for can bring about alone. */
function evadable({ detection, selections }: Understanding): readonly Found[] {
  const names = new Set(
    detection.conditions.flatMap(({ meaning }) => (meaning === undefined ? [] : excluded(meaning))),
  );
  return [...names].flatMap(name => {
    const open = (selections.get(name) ?? []).find(items => items.length > 0 && items.every(isClaim));
    const [first] = open ?? [];
    return first === undefined
      ? []
      : [{ at: keyPlace(first.item), what: `${name} leaves out whoever sets ${first.item.field} so` }];
  });
}

const SECRETS =
  /^kubernetes\.audit\.(?:requestObject|responseObject)\.(?:data|stringData|items\.data|items\.stringData)(?:\.|$)/;

/** Fields whose values are cut before any rule sees them. */
const cut: Lint['find'] = ofMeaning(({ selections }) =>
  [...selections.values()].flat().flatMap(items => {
    const resource = items.find(({ path }) => path === 'kubernetes.audit.objectRef.resource')?.matcher;
    const onSecrets =
      resource !== undefined &&
      !('fault' in resource) &&
      resource.wanted?.length === 1 &&
      resource.wanted[0] === 'secrets';
    return items
      .filter(
        item => onSecrets && SECRETS.test(item.path) && needsField(item) && !item.item.modifiers.includes('exists'),
      )
      .filter(({ item }) => !item.values.some(({ value }) => String(value).includes('[redacted')))
      .map(({ item }) => ({ at: keyPlace(item), what: `${item.field} of a Secret is cut before rules see it` }));
  }),
);

export const FIELD_LINTS: readonly Lint[] = [
  {
    name: 'field-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A field that no event of the log source has is absent from all of them.',
    section: OURS,
    fix: 'write the name of a field of docs/rules.md, "Fields"',
    fixable: true,
    find: eachJudged((judged, schema) => {
      if (!isUnknown(judged) || otherSource(judged, schema) !== undefined) return [];
      const { item } = judged;
      const word = meant(item.field, namesOf(schema));
      const near = word === undefined ? nearTo(judged) : [word];
      const edits = word === undefined ? [] : rewritten(item.key, [word, ...item.modifiers].join('|'));
      return [
        {
          at: keyPlace(item),
          what: `no event of ${schema.product} has the field ${item.field}${perhaps(near)}`,
          edits,
        },
      ];
    }),
  },
  {
    name: 'field-of-other-source',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A rule sees the events of its own log source alone.',
    section: OURS,
    fix: 'write a rule for each log source, and join them by a correlation',
    find: eachJudged((judged, schema) => {
      const other = isUnknown(judged) ? otherSource(judged, schema) : undefined;
      return other === undefined
        ? []
        : [
            {
              at: keyPlace(judged.item),
              what: `${judged.item.field} is a field of ${other.product}, not of ${schema.product}`,
            },
          ];
    }),
  },
  {
    name: 'field-misspelt-in-body',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'No built-in kind has the field, and one has another that is spelt alike.',
    section: OURS,
    fix: 'write the field that is meant, or allow it where a custom resource has it',
    find: eachJudged(judged => {
      const [only] = judged.known;
      if (judged.known.length !== 1 || only?.kind !== 'free' || only.near.length === 0) return [];
      return [
        {
          at: keyPlace(judged.item),
          what: `${judged.item.field} is in no built-in kind${perhaps(only.near.map(short))}`,
        },
      ];
    }),
  },
  {
    name: 'value-of-wrong-type',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A field of one type never has a value of another.',
    section: OURS,
    fix: 'write a value of the field’s type, or another field',
    find: dead('type'),
  },
  {
    name: 'value-never-written',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A value that nothing writes into the field never comes.',
    section: OURS,
    fix: 'write one of the values that there are',
    find: dead('value'),
  },
  {
    name: 'stage-not-evaluated',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Rules see a request when it is answered.',
    section: OURS,
    fix: 'leave the stage out, or name ResponseComplete',
    find: dead('stage'),
  },
  {
    name: 'value-capitals',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A field that is always in lower case never equals capitals that cased minds.',
    section: OURS,
    fix: 'leave cased out, or write lower case',
    find: dead('capitals'),
  },
  {
    name: 'value-cut',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Values of Secrets are cut before any rule, output or log sees them.',
    section: OURS,
    fix: 'compare names and keys instead, or ask whether it exists',
    find: cut,
  },
  {
    name: 'number-comparison-of-text',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A text is greater than no number.',
    section: modifiers('Numeric Modifiers'),
    fix: 'compare the text, or name a field with numbers',
    find: unfit(['lt', 'lte', 'gt', 'gte'], isType('number', 'time', 'object'), name => `${name} is no number`),
  },
  {
    name: 'cidr-of-no-address',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Only an address lies in a network.',
    section: modifiers('IP (Internet Protocol) Modifiers'),
    fix: 'name a field with addresses, such as source.ip',
    find: unfit(['cidr'], isType('address'), name => `${name} is no address`),
  },
  {
    name: 'time-part-of-no-time',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Only a time has hours and days.',
    section: modifiers('Time Modifiers'),
    fix: 'name a field with a time, such as @timestamp',
    find: unfit(['minute', 'hour', 'day', 'week', 'month', 'year'], isType('time'), name => `${name} is no time`),
  },
  {
    name: 'fieldref-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A field is compared with another that events have.',
    section: modifiers('Specific Modifiers'),
    fix: 'write the name of a field of docs/rules.md, "Fields"',
    find: eachJudged(({ item }, schema, document, { pathsOf }) =>
      item.modifiers.includes('fieldref')
        ? item.values
            .filter(({ value }) =>
              pathsOf(document, String(value)).every(path => knownAt(schema, path).kind === 'unknown'),
            )
            .map(({ value, node }) => ({
              at: spanOf(node),
              what: `no event of ${schema.product} has the field ${String(value)}`,
            }))
        : [],
    ),
  },
  {
    name: 'field-needs-level',
    severity: 'note',
    kinds: DETECTING,
    reason: 'Below level Request an audit event has no body, and the rule is blind.',
    section: OURS,
    fix: 'see that the audit policy records these resources at that level',
    find: ofMeaning(({ selections }) => {
      const first = new Map<string, JudgedItem>();
      for (const judged of [...selections.values()].flat(2)) {
        const level = judged.known
          .map(known => (known.kind === 'unknown' ? undefined : known.field.level))
          .find(Boolean);
        if (level !== undefined && !first.has(level)) first.set(level, judged);
      }
      return [...first].map(([level, { item }]) => ({
        at: keyPlace(item),
        what: `${item.field} needs level ${level}`,
      }));
    }),
  },
  {
    name: 'exclusion-evadable',
    severity: 'warning',
    kinds: ['rule', 'filter'],
    reason:
      'The client writes its user agent, audit id and forwarded addresses itself: an exclusion by them alone lets everybody by.',
    section: OURS,
    fix: 'add user.name or source.ip to the selection',
    find: ofMeaning(evadable),
  },
];
