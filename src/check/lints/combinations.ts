import { DETECTING, type Lint, modifiers, OURS, rules } from '../lint.ts';
import { rewritten, spanOf } from '../nodes.ts';
import { eachItem, keyPlace, nameOf } from './detections.ts';
import { has, isTime, PLACES, TIMES, unlike, WAYS, WIDE, without } from './modifier-names.ts';

/** Modifiers that fit neither each other nor their values. */
export const COMBINATION_LINTS: readonly Lint[] = [
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
];
