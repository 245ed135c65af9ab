import type { CheckedItem } from '../detection.ts';
import type { Edit, Found } from '../finding.ts';
import { DETECTING, type Lint, modifiers, OURS, rules } from '../lint.ts';
import { rewritten, spanOf } from '../nodes.ts';
import { meant, nearest } from '../spelling.ts';
import { eachItem, keyPlace, nameOf } from './detections.ts';
import { perhaps } from './support.ts';

const PLACES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const NUMERIC: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);
const FLAGS: ReadonlySet<string> = new Set(['i', 'm', 's']);
const TIMES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [1970, 9999],
};
const ENCODINGS: ReadonlySet<string> = new Set(['base64', 'base64offset', 'wide', 'utf16', 'utf16le', 'utf16be']);
const WIDE: ReadonlySet<string> = new Set(['wide', 'utf16', 'utf16le', 'utf16be']);

/** Every modifier of Sigma 2.1. */
const MODIFIERS: readonly string[] = [
  ...['all', ...PLACES, 'exists', 'cased', 'neq', 'windash', 're', ...FLAGS, ...ENCODINGS, ...NUMERIC],
  ...[...Object.keys(TIMES), 'cidr', 'expand', 'fieldref'],
];

/** Modifiers that each are a way to compare, of which there is one; places may follow fieldref, numbers a part of a time. */
const WAYS: ReadonlySet<string> = new Set([
  ...PLACES,
  ...NUMERIC,
  're',
  'cidr',
  'exists',
  'fieldref',
  ...Object.keys(TIMES),
]);

const has = ({ modifiers: own }: CheckedItem, names: ReadonlySet<string>): boolean => own.some(name => names.has(name));

/** The edit that leaves a modifier out. */
const without = (item: CheckedItem, name: string): readonly Edit[] => {
  const at = item.modifiers.indexOf(name);
  const rest = item.modifiers.filter((_, i) => i !== at);
  return rewritten(item.key, [item.field, ...rest].join('|'));
};

/** Finds that an item’s modifiers do not go together. */
const unlike = (wrong: (item: CheckedItem) => string | undefined): Lint['find'] =>
  eachItem((item): readonly Found[] => {
    const what = wrong(item);
    return what === undefined ? [] : [{ at: keyPlace(item), what }];
  });

function waysOf(item: CheckedItem): readonly string[] {
  const ways = item.modifiers.filter(name => WAYS.has(name));
  const compound =
    ways.length === 2 &&
    (ways[0] === 'fieldref' ? PLACES.has(ways[1] ?? '') : isTime(ways[0]) && NUMERIC.has(ways[1] ?? ''));
  return compound ? ways.slice(0, 1) : ways;
}

const isTime = (name: string | undefined): boolean => name !== undefined && Object.hasOwn(TIMES, name);

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
    reason: 'A modifier stands once, but for encodings that are nested.',
    section: rules('Value Modifiers'),
    fix: 'write it once',
    fixable: true,
    find: eachItem(item => {
      const twice = item.modifiers.find((name, i) => item.modifiers.indexOf(name) < i && !ENCODINGS.has(name));
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
    name: 'encoding-of-nothing',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'JSON has no UTF-16 in it, so a text of wide characters is only found inside of Base64.',
    section: OURS,
    fix: 'write base64offset behind it',
    find: unlike(item => {
      const last = item.modifiers.findLastIndex(name => WIDE.has(name));
      return last >= 0 && !item.modifiers.slice(last).some(name => name.startsWith('base64'))
        ? `${item.modifiers[last]} without Base64 behind it finds nothing`
        : undefined;
    }),
  },
  {
    name: 'base64offset-without-contains',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'What stands somewhere in a text of Base64 is found by contains alone.',
    section: modifiers('Encoding'),
    fix: 'write contains behind it',
    fixable: true,
    find: eachItem(item =>
      item.field !== '' && item.modifiers.includes('base64offset') && !has(item, PLACES)
        ? [
            {
              at: keyPlace(item),
              what: 'base64offset stands without contains',
              edits: rewritten(item.key, [item.field, ...item.modifiers, 'contains'].join('|')),
            },
          ]
        : [],
    ),
  },
  {
    name: 'all-of-one',
    severity: 'error',
    kinds: DETECTING,
    reason: 'all joins several values, and is not allowed for one.',
    section: modifiers('Generic Modifiers'),
    fix: 'leave all out',
    fixable: true,
    find: eachItem(item =>
      item.modifiers.includes('all') && item.values.length === 1 && !item.modifiers.includes('expand')
        ? [
            {
              at: keyPlace(item),
              what: `all has one value of ${nameOf(item)}`,
              edits: item.field === '' ? [] : without(item, 'all'),
            },
          ]
        : [],
    ),
  },
  {
    name: 'all-of-equals',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A text is not equal to two others at once; only a field with a list of values can have all.',
    section: modifiers('Generic Modifiers'),
    fix: 'write contains|all, or leave all out',
    find: (document, project) =>
      eachItem((item, _, { pathsOf, understanding }) => {
        const plain = item.field !== '' && item.modifiers.every(name => name === 'all' || name === 'cased');
        const judged = [...(understanding(document)?.selections.values() ?? [])].flat(2).find(one => one.item === item);
        const many = judged?.field === undefined || judged.field.many === true || judged.field.type === 'any';
        const exact = item.values.every(({ value }) => !/[*?]/.test(String(value)));
        return item.modifiers.includes('all') &&
          plain &&
          exact &&
          item.values.length > 1 &&
          !many &&
          pathsOf(document, item.field).length > 0
          ? [{ at: keyPlace(item), what: `${item.field} has one value, and cannot equal ${item.values.length}` }]
          : [];
      })(document, project),
  },
  {
    name: 'all-with-neq',
    severity: 'error',
    kinds: DETECTING,
    reason: 'neq says that no value may be met, and all that every one must.',
    section: modifiers('Generic Modifiers'),
    fix: 'leave one out, or negate a selection in the condition',
    find: unlike(({ modifiers: own }) =>
      own.includes('all') && own.includes('neq') ? 'all and neq do not go together' : undefined,
    ),
  },
  {
    name: 'exists-with-more',
    severity: 'error',
    kinds: DETECTING,
    reason: 'exists asks whether the field is there, whatever its value.',
    section: rules('Field Existence'),
    fix: 'leave the other modifiers out',
    find: unlike(({ modifiers: own }) =>
      own.includes('exists') && own.length > 1 && own.some(name => !WAYS.has(name) && name !== 'cased')
        ? `exists stands beside ${own.filter(name => name !== 'exists').join(', ')}`
        : undefined,
    ),
  },
  {
    name: 'keywords-comparison',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Keywords are searched for in texts, by all or re at most.',
    section: rules('Keywords search'),
    fix: 'name a field',
    find: unlike(item => {
      const wrong =
        item.field === ''
          ? item.modifiers.find(name => (WAYS.has(name) && name !== 're' && !PLACES.has(name)) || name === 'neq')
          : undefined;
      return wrong === undefined ? undefined : `keywords cannot be compared by ${wrong}`;
    }),
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
  {
    name: 'windash-without-dash',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'windash puts other dashes in the place of - and /.',
    section: modifiers('String Modifiers'),
    fix: 'leave windash out',
    fixable: true,
    find: eachItem(item =>
      item.modifiers.includes('windash') && !item.values.some(({ value }) => /[-/–—―]/.test(String(value)))
        ? [{ at: keyPlace(item), what: 'no value has a dash', edits: without(item, 'windash') }]
        : [],
    ),
  },
  {
    name: 'time-part-out-of-range',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A minute is 0 to 59, an hour 0 to 23, a day 1 to 31, a week 1 to 53, a month 1 to 12.',
    section: modifiers('Time Modifiers'),
    fix: 'write a number that there is',
    find: eachItem(item => {
      const part = item.modifiers.find(isTime);
      const [min, max] = TIMES[part ?? ''] ?? [-Infinity, Infinity];
      return part === undefined
        ? []
        : item.values
            .filter(
              ({ value }) =>
                !(Number.isInteger(Number(value)) && Number(value) >= min && Number(value) <= max) || value === null,
            )
            .map(({ value, node }) => ({ at: spanOf(node), what: `${part} is never ${String(value)}` }));
    }),
  },
];
