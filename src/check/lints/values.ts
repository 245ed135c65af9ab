import type { Value } from '../../sigma/detection.ts';
import type { CheckedItem } from '../detection.ts';
import type { Edit } from '../finding.ts';
import { DETECTING, type Lint, modifiers, OURS, rules } from '../lint.ts';
import { matcherOf } from '../matcher.ts';
import { booleanEdits, rewritten, spanOf } from '../nodes.ts';
import { eachItem, eachValue, isPattern, nameOf, withOne } from './detections.ts';
import { withoutNode } from './support.ts';

const PLACES = ['contains', 'startswith', 'endswith'] as const;

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
    severity: 'note',
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
    name: 'keyword-short',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A keyword of one or two characters stands in nearly every event.',
    section: OURS,
    fix: 'write a longer one, or name a field',
    find: eachValue(
      item => item.field === '' && !item.modifiers.includes('re'),
      ({ value }) =>
        String(value ?? '').replace(/[*?]/g, '').length < 3
          ? { what: `the keyword ${JSON.stringify(value)} is short` }
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
    find: eachValue(isPattern, ({ value }) =>
      typeof value === 'string' && /(?<!\\)\\{3}(?![\\*?])/.test(value)
        ? { what: `${value} has three backslashes` }
        : undefined,
    ),
  },
];
