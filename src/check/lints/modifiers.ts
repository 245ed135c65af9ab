import { DETECTING, type Lint, modifiers, rules } from '../lint.ts';
import { rewritten } from '../nodes.ts';
import { meant, nearest } from '../spelling.ts';
import { eachItem, keyPlace } from './detections.ts';
import { ENCODINGS, FLAGS, has, MODIFIERS, PLACES, unlike, WAYS, waysOf, without } from './modifier-names.ts';
import { perhaps } from './support.ts';

export const MODIFIER_LINTS: readonly Lint[] = [
  {
    name: 'modifier-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A modifier that Sigma does not know changes nothing, or everything.',
    section: modifiers('Generic Modifiers'),
    fix: 'write a modifier of Sigma 2.1; docs/rules.md lists them',
    fixable: true,
    find: eachItem(item =>
      item.modifiers
        .filter(name => !MODIFIERS.includes(name))
        .map(name => {
          const word = meant(name, MODIFIERS);
          const what =
            name === '' ? 'a modifier is empty' : `${name} is no modifier${perhaps(nearest(name, MODIFIERS))}`;
          const fixed = item.modifiers.map(one => (one === name ? (word ?? one) : one));
          return {
            at: keyPlace(item),
            what,
            ...(word === undefined ? {} : { edits: rewritten(item.key, [item.field, ...fixed].join('|')) }),
          };
        }),
    ),
  },
  {
    name: 'modifier-twice',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A modifier that stands twice says no more than once.',
    section: rules('Value Modifiers'),
    fix: 'write it once',
    fixable: true,
    find: eachItem(item => {
      const twice = item.modifiers.find((name, i) => item.modifiers.indexOf(name) < i);
      return twice === undefined
        ? []
        : [{ at: keyPlace(item), what: `${twice} stands twice`, edits: without(item, twice) }];
    }),
  },
  {
    name: 'modifier-conflict',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A value is compared in one way.',
    section: rules('Modifier Types'),
    fix: 'leave one out, or make two selections',
    find: unlike(item => {
      const ways = new Set(waysOf(item));
      return ways.size > 1 ? `${[...ways].join(' and ')} are two ways to compare` : undefined;
    }),
  },
  {
    name: 'modifier-flag-alone',
    severity: 'error',
    kinds: DETECTING,
    reason: 'i, m and s belong to regular expressions.',
    section: modifiers('Regular Expression'),
    fix: 'write re before it, or leave it out',
    find: unlike(item => {
      const at = item.modifiers.findIndex(name => FLAGS.has(name));
      return at >= 0 && !item.modifiers.slice(0, at).includes('re')
        ? `${item.modifiers[at]} stands without re before it`
        : undefined;
    }),
  },
  {
    name: 'modifier-cased-in-vain',
    severity: 'error',
    kinds: DETECTING,
    reason: 'cased is for texts; regular expressions mind capitals anyway, and the rest has none.',
    section: modifiers('Generic Modifiers'),
    fix: 'leave cased out',
    fixable: true,
    find: eachItem(item =>
      item.modifiers.includes('cased') &&
      item.modifiers.some(name => WAYS.has(name) && !PLACES.has(name) && name !== 'fieldref')
        ? [
            {
              at: keyPlace(item),
              what: `cased means nothing beside ${waysOf(item).join(', ')}`,
              edits: without(item, 'cased'),
            },
          ]
        : [],
    ),
  },
  {
    name: 'modifier-encoding-in-vain',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Only texts are encoded.',
    section: modifiers('Encoding'),
    fix: 'leave the encoding out',
    find: unlike(item =>
      has(item, ENCODINGS) && item.modifiers.some(name => WAYS.has(name) && !PLACES.has(name))
        ? `an encoding means nothing beside ${waysOf(item).join(', ')}`
        : undefined,
    ),
  },
  {
    name: 'field-name-blank',
    severity: 'error',
    kinds: DETECTING,
    reason: 'The name of a field has no blanks around it or in it.',
    section: rules('Field Usage'),
    fix: 'take the blanks out',
    fixable: true,
    find: eachItem(item => {
      const written = [item.field, ...item.modifiers].join('|');
      return item.pair === undefined || !/\s/.test(written)
        ? []
        : [
            {
              at: keyPlace(item),
              what: `the field “${written}” has blanks`,
              edits: rewritten(item.key, written.replace(/\s+/g, '')),
            },
          ];
    }),
  },
];
