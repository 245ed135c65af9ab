import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { type Lint, OURS } from '../lint.ts';
import { elementsOf, isNothing, keyOf, nodeAt, pairsOf, rewritten, spanOf, textOf, typeOf } from '../nodes.ts';
import { meant } from '../spelling.ts';
import { headOf, missing, placeOf, withoutNode } from './support.ts';

const KEYS = ['value', 'reason', 'expires'];
const DAY_MS = 24 * 60 * 60 * 1_000;
const SOON_MS = 14 * DAY_MS;

/** Looks at each entry of a list. */
const eachEntry =
  (look: (entry: unknown, document: CheckedDocument, now: Date) => readonly Found[]): Lint['find'] =>
  (document, { now }) =>
    elementsOf(nodeAt(document.map, 'entries')).flatMap(entry =>
      typeOf(entry) === 'a map' ? look(entry, document, now) : [],
    );

/** Finds entries without a key. */
const entryLacks = (key: string): Lint['find'] =>
  eachEntry(entry => (isNothing(nodeAt(entry, key)) ? [{ at: headOf(entry), what: `an entry has no ${key}` }] : []));

/** The end of an entry's last day, in milliseconds since 1970; undefined where it has none that can be read. */
function endOf(entry: unknown): number | undefined {
  const day = Date.parse(textOf(nodeAt(entry, 'expires')) ?? '');
  return Number.isNaN(day) ? undefined : day + DAY_MS;
}

export const LIST_LINTS: readonly Lint[] = [
  {
    name: 'list-name',
    severity: 'error',
    kinds: ['list'],
    reason: 'Rules name a list by %name%.',
    section: OURS,
    fix: 'write lower-case letters, digits and _',
    fixable: true,
    find: ({ map }) => {
      const node = nodeAt(map, 'list');
      const name = textOf(node) ?? '';
      if (/^[a-z][a-z0-9_]*$/.test(name)) return [];
      const likely = name.toLowerCase().replace(/[\s.-]+/g, '_');
      const edits = /^[a-z][a-z0-9_]*$/.test(likely) ? rewritten(node, likely) : [];
      return [{ at: placeOf(map, 'list'), what: `list: ${name || typeOf(node)} is no name`, edits }];
    },
  },
  {
    name: 'list-duplicate',
    severity: 'error',
    kinds: ['list'],
    reason: 'Of two lists of one name one hides the other.',
    section: OURS,
    fix: 'give this one its own name, or join the two',
    find: (document, { byList, checked }) => {
      const same = byList.get(textOf(nodeAt(document.map, 'list'))?.toLowerCase() ?? '') ?? [];
      const [first] = same.filter(other => checked.has(other));
      return first === undefined || first === document
        ? []
        : [{ at: placeOf(document.map, 'list'), what: `the list is in ${first.file}, too` }];
    },
  },
  {
    name: 'list-description-missing',
    severity: 'error',
    kinds: ['list'],
    reason: 'The description says what is on the list.',
    section: OURS,
    fix: 'add description:',
    find: missing('description'),
  },
  {
    name: 'list-owner-missing',
    severity: 'error',
    kinds: ['list'],
    reason: 'The owner answers for the entries.',
    section: OURS,
    fix: 'add owner: and a person or a team',
    find: missing('owner'),
  },
  {
    name: 'list-entries-missing',
    severity: 'error',
    kinds: ['list'],
    reason: 'A list has entries, an empty one [].',
    section: OURS,
    fix: 'add entries: with value: and reason:',
    find: ({ map }) =>
      typeOf(nodeAt(map, 'entries')) === 'a list'
        ? []
        : [{ at: placeOf(map, 'entries'), what: `entries are ${typeOf(nodeAt(map, 'entries'))}` }],
  },
  {
    name: 'list-alone-in-file',
    severity: 'error',
    kinds: ['list'],
    reason: 'One list a file.',
    section: OURS,
    fix: 'give it a file of its own',
    find: ({ map, index }) =>
      index > 0 ? [{ at: placeOf(map, 'list'), what: 'the file holds another document' }] : [],
  },
  {
    name: 'list-unused',
    severity: 'warning',
    kinds: ['list'],
    reason: 'A list that no rule names excuses nobody.',
    section: OURS,
    fix: 'name it in a rule by %name% and expand, or delete it',
    find: ({ map }, { usedLists }) => {
      const name = textOf(nodeAt(map, 'list'));
      return name === undefined || usedLists.has(name)
        ? []
        : [{ at: placeOf(map, 'list'), what: `no rule names %${name}%` }];
    },
  },
  {
    name: 'entry-no-map',
    severity: 'error',
    kinds: ['list'],
    reason: 'An entry has a value and a reason.',
    section: OURS,
    fix: 'write - value: … and reason: … below it',
    find: ({ map }) =>
      elementsOf(nodeAt(map, 'entries'))
        .filter(entry => typeOf(entry) !== 'a map')
        .map(entry => ({ at: spanOf(entry, placeOf(map, 'entries')), what: `an entry is ${typeOf(entry)}` })),
  },
  {
    name: 'entry-value-missing',
    severity: 'error',
    kinds: ['list'],
    reason: 'The value is what is excused.',
    section: OURS,
    fix: 'add value:',
    find: entryLacks('value'),
  },
  {
    name: 'entry-value-no-text',
    severity: 'error',
    kinds: ['list'],
    reason: 'A value is a text, a reason too.',
    section: OURS,
    fix: 'quote it',
    fixable: true,
    find: eachEntry(entry =>
      ['value', 'reason'].flatMap(key => {
        const node = nodeAt(entry, key);
        if (isNothing(node) || textOf(node) !== undefined) return [];
        const number =
          typeOf(node) === 'a number' ? rewritten(node, String((node as { source?: unknown }).source)) : [];
        return [{ at: spanOf(node), what: `${key} is ${typeOf(node)}`, edits: number }];
      }),
    ),
  },
  {
    name: 'entry-reason-missing',
    severity: 'error',
    kinds: ['list'],
    reason: 'In a year nobody knows why the entry is there, unless it says so.',
    section: OURS,
    fix: 'add reason:',
    find: entryLacks('reason'),
  },
  {
    name: 'entry-key-unknown',
    severity: 'error',
    kinds: ['list'],
    reason: 'An entry has value, reason and expires.',
    section: OURS,
    fix: 'write one of these, or take it out',
    fixable: true,
    find: eachEntry(entry =>
      pairsOf(entry)
        .filter(pair => !KEYS.includes(keyOf(pair)))
        .map(pair => {
          const word = meant(keyOf(pair), KEYS);
          return {
            at: spanOf(pair.key),
            what: `${keyOf(pair)} is no key of an entry`,
            ...(word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(pair.key, word) }),
          };
        }),
    ),
  },
  {
    name: 'entry-expires-malformed',
    severity: 'error',
    kinds: ['list'],
    reason: 'The last day on which an entry counts is YYYY-MM-DD.',
    section: OURS,
    fix: 'write a day such as 2027-06-30',
    find: eachEntry(entry => {
      const node = nodeAt(entry, 'expires');
      const text = textOf(node) ?? '';
      const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
      const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
      return isNothing(node) || isDay ? [] : [{ at: spanOf(node), what: `expires: ${text || typeOf(node)} is no day` }];
    }),
  },
  {
    name: 'entry-expired',
    severity: 'warning',
    kinds: ['list'],
    reason: 'An entry whose last day has passed excuses nobody.',
    section: OURS,
    fix: 'take it out, or decide anew and set another day',
    find: eachEntry((entry, _, now) => {
      const end = endOf(entry);
      return end === undefined || end > now.getTime()
        ? []
        : [{ at: placeOf(entry, 'expires'), what: `the entry ${textOf(nodeAt(entry, 'value')) ?? ''} has expired` }];
    }),
  },
  {
    name: 'entry-expires-soon',
    severity: 'note',
    kinds: ['list'],
    reason: 'What an entry excuses alerts again when its last day has passed.',
    section: OURS,
    fix: 'decide in time whether it is still wanted',
    find: eachEntry((entry, _, now) => {
      const left = (endOf(entry) ?? 0) - now.getTime();
      return left <= 0 || left > SOON_MS
        ? []
        : [{ at: placeOf(entry, 'expires'), what: `the entry expires in ${Math.ceil(left / DAY_MS)} days` }];
    }),
  },
  {
    name: 'entry-duplicate',
    severity: 'warning',
    kinds: ['list'],
    reason: 'Of two entries of one value the one without an end decides.',
    section: OURS,
    fix: 'leave one',
    fixable: true,
    find: ({ map, text }) => {
      const list = nodeAt(map, 'entries');
      const seen = new Set<string>();
      return elementsOf(list).flatMap(entry => {
        const value = textOf(nodeAt(entry, 'value'));
        if (value === undefined || !seen.has(value.toLowerCase())) {
          seen.add(value?.toLowerCase() ?? '');
          return [];
        }
        const same = isNothing(nodeAt(entry, 'expires')) ? withoutNode(text, list, entry) : [];
        return [{ at: placeOf(entry, 'value'), what: `${value} is on the list twice`, edits: same }];
      });
    },
  },
  {
    name: 'entry-wildcard',
    severity: 'warning',
    kinds: ['list'],
    reason: 'Nothing is a wildcard in an entry, so that no list excuses more than it says.',
    section: OURS,
    fix: 'write each value out, or a network for addresses',
    find: eachEntry(entry => {
      const value = textOf(nodeAt(entry, 'value'));
      return value?.includes('*') === true
        ? [{ at: placeOf(entry, 'value'), what: `the * of ${value} is an asterisk` }]
        : [];
    }),
  },
];
