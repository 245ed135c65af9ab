import { isScalar } from 'yaml';
import type { Value } from '../../sigma/parse.ts';
import type { CheckedItem } from '../detection.ts';
import type { Edit, Found } from '../finding.ts';
import { DETECTING, type Lint, modifiers, OURS, rules } from '../lint.ts';
import { matcherOf } from '../matcher.ts';
import { rewritten, spanOf } from '../nodes.ts';
import { placeholdersIn } from '../project.ts';
import { nearest } from '../spelling.ts';
import { eachItem, keyPlace, nameOf } from './detections.ts';
import { perhaps, withoutNode } from './support.ts';

const PLACES = ['contains', 'startswith', 'endswith'] as const;
const NUMERIC = ['lt', 'lte', 'gt', 'gte'] as const;

/** Looks at each value of an item for which `wanted` holds. */
const eachValue = (
  wanted: (item: CheckedItem) => boolean,
  look: (value: Value, item: CheckedItem) => Omit<Found, 'at'> | undefined,
): Lint['find'] =>
  eachItem(item =>
    !wanted(item)
      ? []
      : item.values.flatMap(value => {
          const found = look(value, item);
          return found === undefined ? [] : [{ at: spanOf(value.node), ...found }];
        }),
  );

const always = (): boolean => true;
const withOne =
  (...names: readonly string[]) =>
  ({ modifiers: own }: CheckedItem): boolean =>
    own.some(name => names.includes(name));
const isPattern = ({ modifiers: own }: CheckedItem): boolean =>
  !['re', 'cidr', 'exists', 'fieldref', 'expand'].some(name => own.includes(name));

/** The edit that writes a key and its only value anew. */
function anew(item: CheckedItem, key: string, value: Value, text: string): readonly Edit[] {
  if (item.values.length !== 1 || item.isList) return [];
  const keyEdit = rewritten(item.key, key);
  const valueEdit = rewritten(value.node, text);
  return keyEdit.length === 0 || valueEdit.length === 0 ? [] : [...keyEdit, ...valueEdit];
}

const WHOLE_WILDCARD = /^\*+$/;
const INNER = /^(?:[^*?\\]|\\[^*?\\])+$/;

/** What stands between the wildcards of `*x*`, `x*` or `*x`, and the modifier that says the same. */
function placed(text: string): readonly [modifier: string, inner: string] | undefined {
  const starts = text.startsWith('*');
  const ends = text.endsWith('*') && !text.endsWith('\\*');
  const inner = text.slice(starts ? 1 : 0, ends ? -1 : undefined);
  if ((!starts && !ends) || !INNER.test(inner)) return undefined;
  return [starts ? (ends ? 'contains' : 'endswith') : 'startswith', inner];
}

const FIRST_STAR: Readonly<Record<string, boolean>> = { contains: true, endswith: true };
const LAST_STAR: Readonly<Record<string, boolean>> = { contains: true, startswith: true };

export const VALUE_LINTS: readonly Lint[] = [
  {
    name: 'value-list-empty',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Of an empty list no value can be met.',
    section: rules('Lists'),
    fix: 'write a value, or null for an absent field',
    find: eachItem(item =>
      item.pair !== undefined &&
      item.values.length === 0 &&
      item.isList &&
      (item.pair.value as { items: readonly unknown[] }).items.length === 0
        ? [{ at: spanOf(item.pair.value), what: `the list of ${nameOf(item)} is empty` }]
        : [],
    ),
  },
  {
    name: 'value-duplicate',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A value that stands twice adds nothing; most texts are compared without capitals.',
    section: rules('General'),
    fix: 'take it out',
    fixable: true,
    find: eachItem((item, { text }) => {
      const seen = new Set<string>();
      const minds = item.modifiers.some(name => ['cased', 're', 'base64', 'base64offset'].includes(name));
      return item.values.flatMap(({ value, node }) => {
        const key = minds ? String(value) : String(value).toLowerCase();
        if (!seen.has(key)) {
          seen.add(key);
          return [];
        }
        const list = item.pair?.value ?? item.node;
        return [
          {
            at: spanOf(node),
            what: `${String(value)} stands twice in ${nameOf(item)}`,
            edits: withoutNode(text, list, node),
          },
        ];
      });
    }),
  },
  {
    name: 'value-covered',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A value that another one matches adds nothing.',
    section: OURS,
    fix: 'take it out',
    fixable: true,
    find: eachItem((item, { text }, { lists }) => {
      if (
        !isPattern(item) ||
        item.modifiers.some(name => ['all', 'neq', 'cased'].includes(name)) ||
        item.values.length > 200
      )
        return [];
      const matchers = item.values.map(value => ({ value, matcher: matcherOf({ ...item, values: [value] }, lists) }));
      return item.values.flatMap(({ value, node }) => {
        if (typeof value !== 'string' || /[*?\\]/.test(value)) return [];
        const cover = matchers.find(
          ({ value: other, matcher }) =>
            String(other.value).toLowerCase() !== value.toLowerCase() &&
            !('fault' in matcher) &&
            typeof other.value === 'string' &&
            matcher.accepts(value),
        );
        if (cover === undefined) return [];
        const edits = withoutNode(text, item.pair?.value ?? item.node, node);
        return [{ at: spanOf(node), what: `${String(cover.value.value)} matches ${value}, too`, edits }];
      });
    }),
  },
  {
    name: 'value-null-with-modifier',
    severity: 'error',
    kinds: DETECTING,
    reason: 'null is an absent field, which has no text and no number to compare.',
    section: rules('Special Field Values'),
    fix: 'write the field without the modifier in a selection of its own',
    find: eachValue(
      ({ modifiers: own }) => own.some(name => !['all', 'neq', 'cased'].includes(name)),
      ({ value }, item) =>
        value === null ? { what: `${item.field}|${item.modifiers.join('|')} is compared with null` } : undefined,
    ),
  },
  {
    name: 'value-null-in-list',
    severity: 'note',
    kinds: DETECTING,
    reason: 'Keywarden takes null among values for an absent field; other tools refuse it.',
    section: rules('Special Field Values'),
    fix: 'leave it, or make two selections where other tools read the rule',
    find: eachValue(
      item => item.values.length > 1,
      ({ value }, item) => (value === null ? { what: `the list of ${nameOf(item)} has null` } : undefined),
    ),
  },
  {
    name: 'value-lone-wildcard',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A lone * says that the field has some text, which exists says plainly.',
    section: rules('Field Existence'),
    fix: 'write |exists: true',
    fixable: true,
    find: eachValue(isPattern, (value, item) => {
      if (item.field === '' || typeof value.value !== 'string' || !WHOLE_WILDCARD.test(value.value)) return undefined;
      const edits = item.modifiers.length > 0 ? [] : booleanEdits(anew(item, `${item.field}|exists`, value, 'true'));
      return { what: `${nameOf(item)} is compared with ${value.value}`, edits };
    }),
  },
  {
    name: 'wildcard-redundant',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'contains, startswith and endswith put the wildcards in themselves.',
    section: modifiers('Generic Modifiers'),
    fix: 'leave the * out',
    fixable: true,
    find: eachValue(withOne(...PLACES), ({ value, node }, item) => {
      const place = item.modifiers.find(name => (PLACES as readonly string[]).includes(name)) ?? '';
      if (typeof value !== 'string' || WHOLE_WILDCARD.test(value)) return undefined;
      let bare = FIRST_STAR[place] === true ? value.replace(/^\*+/, '') : value;
      if (LAST_STAR[place] === true) bare = bare.replace(/(?<!\\)\*+$/, '');
      return bare === value ? undefined : { what: `${place} with ${value}`, edits: rewritten(node, bare) };
    }),
  },
  {
    name: 'wildcard-for-modifier',
    severity: 'note',
    kinds: DETECTING,
    reason: 'contains, startswith and endswith say what * around a text means.',
    section: rules('String Wildcard'),
    fix: 'write the modifier',
    fixable: true,
    find: eachValue(
      item => item.field !== '' && item.modifiers.length === 0 && item.values.length === 1,
      (value, item) => {
        const found = typeof value.value === 'string' ? placed(value.value) : undefined;
        if (found === undefined) return undefined;
        const [modifier, inner] = found;
        return {
          what: `${String(value.value)} means ${modifier} ${inner}`,
          edits: anew(item, `${item.field}|${modifier}`, value, inner),
        };
      },
    ),
  },
  {
    name: 'value-edge-blank',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A blank at the edge of a text that has to be equal is most likely a slip.',
    section: OURS,
    fix: 'take the blank out',
    fixable: true,
    find: eachValue(
      item => item.field !== '' && item.modifiers.every(name => ['all', 'neq', 'cased'].includes(name)),
      ({ value, node }) =>
        typeof value === 'string' && value !== value.trim() && value.trim() !== ''
          ? { what: `“${value}” has a blank at its edge`, edits: rewritten(node, value.trim()) }
          : undefined,
    ),
  },
  {
    name: 'wildcard-encoded',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A text with wildcards has no encoding.',
    section: modifiers('Encoding'),
    fix: 'escape the wildcard by \\, or leave it out',
    find: eachValue(withOne('base64', 'base64offset', 'wide', 'utf16', 'utf16le', 'utf16be'), ({ value }) =>
      typeof value === 'string' && /(?<!\\)[*?]/.test(value)
        ? { what: `${value} is encoded with a wildcard in it` }
        : undefined,
    ),
  },
  {
    name: 'number-expected',
    severity: 'error',
    kinds: DETECTING,
    reason: 'lt, lte, gt and gte compare with a number.',
    section: modifiers('Numeric Modifiers'),
    fix: 'write a number such as 5 or 0.5',
    find: eachValue(withOne(...NUMERIC), ({ value }) =>
      value === null || (typeof value !== 'boolean' && String(value).trim() !== '' && !Number.isNaN(Number(value)))
        ? undefined
        : { what: `${JSON.stringify(value)} is no number` },
    ),
  },
  {
    name: 'exists-no-truth-value',
    severity: 'error',
    kinds: DETECTING,
    reason: 'exists takes true or false.',
    section: rules('Field Existence'),
    fix: 'write true or false',
    fixable: true,
    find: eachValue(withOne('exists'), ({ value, node }) => {
      if (typeof value === 'boolean' || value === null) return undefined;
      const word = { true: 'true', yes: 'true', on: 'true', false: 'false', no: 'false', off: 'false' }[
        String(value).toLowerCase()
      ];
      const edits = word === undefined || !isScalar(node) ? [] : booleanEdits(rewritten(node, word));
      return { what: `exists: ${JSON.stringify(value)} is no truth value`, edits };
    }),
  },
  {
    name: 'exists-of-list',
    severity: 'error',
    kinds: DETECTING,
    reason: 'exists takes one value.',
    section: rules('Field Existence'),
    fix: 'write true or false, without a list',
    find: eachItem(item =>
      item.modifiers.includes('exists') && item.values.length > 1
        ? [{ at: keyPlace(item), what: `exists of ${item.field} has ${item.values.length} values` }]
        : [],
    ),
  },
  {
    name: 'placeholder-missing',
    severity: 'error',
    kinds: DETECTING,
    reason: 'expand puts the entries of a list in the place of %name%.',
    section: rules('Placeholders'),
    fix: 'write a placeholder such as %apiserver_addresses%, or leave expand out',
    find: eachValue(withOne('expand'), ({ value }) =>
      placeholdersIn(String(value)).length === 0 ? { what: `${JSON.stringify(value)} has no placeholder` } : undefined,
    ),
  },
  {
    name: 'placeholder-without-expand',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Without expand a placeholder is a text with percent signs.',
    section: rules('Placeholders'),
    fix: 'write expand behind the field',
    fixable: true,
    find: eachValue(
      item => item.field !== '' && isPattern(item),
      (value, item) =>
        /^%\w+%$/.test(String(value.value))
          ? {
              what: `${String(value.value)} is taken as it is written`,
              edits:
                item.values.length === 1
                  ? rewritten(item.key, [item.field, ...item.modifiers, 'expand'].join('|'))
                  : [],
            }
          : undefined,
    ),
  },
  {
    name: 'placeholder-list-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A placeholder names a list that is there.',
    section: rules('Placeholders'),
    fix: 'write the list into a file, or name one that is there',
    find: (document, project) =>
      eachValue(withOne('expand'), ({ value }) => {
        const unknown = placeholdersIn(String(value)).find(name => !project.lists.has(name));
        return unknown === undefined
          ? undefined
          : { what: `there is no list ${unknown}${perhaps(nearest(unknown, project.lists.keys()))}` };
      })(document, project),
  },
  {
    name: 'keyword-short',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A keyword of one or two characters stands in nearly every event.',
    section: OURS,
    fix: 'write a longer one, or name a field',
    find: eachValue(
      item => item.field === '' && !item.modifiers.includes('re'),
      ({ value }) =>
        String(value ?? '').replace(/[*?\s]/g, '').length < 3
          ? { what: `the keyword ${JSON.stringify(value)} is short` }
          : undefined,
    ),
  },
  {
    name: 'fieldref-wildcard',
    severity: 'error',
    kinds: DETECTING,
    reason: 'fieldref takes the name of a field, which has no wildcards.',
    section: modifiers('Specific Modifiers'),
    fix: 'write the name of a field',
    find: eachValue(withOne('fieldref'), ({ value }) =>
      typeof value !== 'string' || /[*?\s]/.test(value) || value === ''
        ? { what: `${JSON.stringify(value)} is the name of no field` }
        : undefined,
    ),
  },
  {
    name: 'backslashes-odd',
    severity: 'note',
    kinds: DETECTING,
    reason: 'Three backslashes mean two, as four do; four is what everybody understands.',
    section: rules('Escaping'),
    fix: 'write four',
    find: eachValue(
      item => isPattern(item) && always(),
      ({ value }) =>
        typeof value === 'string' && /(?<!\\)\\{3}(?![\\*?])/.test(value)
          ? { what: `${value} has three backslashes` }
          : undefined,
    ),
  },
];

/** `true` and `false` stand without quotes. */
const booleanEdits = (edits: readonly Edit[]): readonly Edit[] =>
  edits.map(edit => (/^["'](?:true|false)["']$/.test(edit.text) ? { ...edit, text: edit.text.slice(1, -1) } : edit));
