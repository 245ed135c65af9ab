import type { Lint } from '../lint.ts';
import { ALERTING, OURS, rules, TITLED } from '../lint.ts';
import { elementsOf, isNothing, nodeAt, rewritten, spanOf, textOf } from '../nodes.ts';
import { duplicates, eachText, missing, notA, placeOf, tooLong } from './support.ts';

/** A day that there is, as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const WRITTEN_OTHERWISE = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/;

const day = (key: 'date' | 'modified'): Lint['find'] =>
  eachText(key, (text, node) => {
    if (isDay(text)) return undefined;
    const [, year = '', month = '', date = ''] = WRITTEN_OTHERWISE.exec(text) ?? [];
    const likely = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
    return {
      what: `${key}: ${text} is no day`,
      ...(isDay(likely) ? { fix: `write ${likely}`, edits: rewritten(node, likely) } : {}),
    };
  });

/** SPDX: an identifier, or several joined by AND, OR, WITH. Source: SPDX specification 3, annex "License expressions". */
const LICENSE = /^[\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)*$/;

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'unknown',
  'none',
  'n/a',
  'na',
  '-',
  'unlikely',
  'no',
  'todo',
  'tbd',
  '?',
]);
const MIN_LENGTH = 2;

const tooShort = (key: string): Lint['find'] =>
  eachText(key, text =>
    text.trim().length < MIN_LENGTH ? { what: `an entry of ${key} has less than ${MIN_LENGTH} characters` } : undefined,
  );

export const AUTHORSHIP_LINTS: readonly Lint[] = [
  {
    name: 'description-missing',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Who is paged reads in the description what the finding means.',
    section: rules('Description'),
    fix: 'add description: and what the finding means',
    find: missing('description'),
  },
  {
    name: 'description-too-long',
    severity: 'warning',
    kinds: TITLED,
    reason: 'A description has 65,535 characters at most.',
    section: rules('Description'),
    fix: 'shorten it',
    find: tooLong('description', 65_535),
  },
  {
    name: 'license-malformed',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A license is an identifier of SPDX.',
    section: rules('License'),
    fix: 'write one of https://spdx.org/licenses, such as Apache-2.0',
    find: eachText('license', text =>
      LICENSE.test(text) ? undefined : { what: `license: ${text} is no identifier of SPDX` },
    ),
  },
  {
    name: 'author-missing',
    severity: 'note',
    kinds: ALERTING,
    reason: 'The author answers for the rule.',
    section: rules('Author'),
    fix: 'add author: and a name',
    find: missing('author'),
  },
  {
    name: 'author-list',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Several authors are one text, parted by commas.',
    section: rules('Author'),
    fix: "write author: 'one, another'",
    find: notA('a text', 'author'),
  },
  {
    name: 'date-missing',
    severity: 'note',
    kinds: ALERTING,
    reason: 'The date says how old the rule is.',
    section: rules('Date'),
    fix: 'add date: and the day, such as 2026-11-23',
    find: missing('date'),
  },
  {
    name: 'date-malformed',
    severity: 'error',
    kinds: TITLED,
    reason: 'A date is YYYY-MM-DD.',
    section: rules('Date'),
    fix: 'write a day such as 2026-11-23',
    fixable: true,
    find: day('date'),
  },
  {
    name: 'modified-malformed',
    severity: 'error',
    kinds: TITLED,
    reason: 'The day of the last change is YYYY-MM-DD.',
    section: rules('Modified'),
    fix: 'write a day such as 2026-11-23',
    fixable: true,
    find: day('modified'),
  },
  {
    name: 'modified-before-date',
    severity: 'warning',
    kinds: TITLED,
    reason: 'A rule is not changed before it is written.',
    section: rules('Modified'),
    fix: 'correct one of the two days',
    find: ({ map }) => {
      const [date, modified] = [textOf(nodeAt(map, 'date')), textOf(nodeAt(map, 'modified'))];
      if (date === undefined || modified === undefined || !isDay(date) || !isDay(modified) || modified >= date)
        return [];
      return [{ at: placeOf(map, 'modified'), what: `modified: ${modified} is before date: ${date}` }];
    },
  },
  {
    name: 'date-in-future',
    severity: 'warning',
    kinds: TITLED,
    reason: 'A rule is not written tomorrow.',
    section: rules('Date'),
    fix: 'correct the day',
    find: ({ map }, { now }) => {
      // A day of a time zone that is ahead is no mistake.
      const latest = new Date(now.getTime() + 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
      return ['date', 'modified'].flatMap(key => {
        const text = textOf(nodeAt(map, key));
        return text !== undefined && isDay(text) && text > latest
          ? [{ at: placeOf(map, key), what: `${key}: ${text} is yet to come` }]
          : [];
      });
    },
  },
  {
    name: 'reference-no-url',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A reference that cannot be opened helps nobody at night.',
    section: rules('References'),
    fix: 'write a whole address, https://…',
    find: eachText('references', text =>
      /^https?:$/.test(URL.parse(text)?.protocol ?? '')
        ? undefined
        : { what: `the reference ${text} is no address of the web` },
    ),
  },
  {
    name: 'references-no-list',
    severity: 'note',
    kinds: ALERTING,
    reason: 'References are a list.',
    section: rules('References'),
    fix: 'write - before it',
    find: notA('a list', 'references'),
  },
  {
    name: 'reference-duplicate',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A list of references names each once.',
    section: rules('References'),
    fix: 'take it out',
    fixable: true,
    find: duplicates('references'),
  },
  {
    name: 'field-duplicate',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'The list of fields names each once.',
    section: rules('Fields'),
    fix: 'take it out',
    fixable: true,
    find: duplicates('fields'),
  },
  {
    name: 'falsepositives-missing',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Who is paged asks first what honest work looks the same.',
    section: rules('FalsePositives'),
    fix: 'add falsepositives: and what honest work looks the same',
    find: ({ map }) =>
      elementsOf(nodeAt(map, 'falsepositives')).length === 0
        ? [{ at: placeOf(map, 'falsepositives'), what: 'falsepositives are missing' }]
        : [],
  },
  {
    name: 'falsepositive-too-short',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A false positive is told in two characters at least.',
    section: rules('FalsePositives'),
    fix: 'say what honest work looks the same',
    find: tooShort('falsepositives'),
  },
  {
    name: 'falsepositive-says-nothing',
    severity: 'note',
    kinds: ALERTING,
    reason: '“Unknown” spares nobody a look.',
    section: OURS,
    fix: 'say what honest work looks the same',
    find: eachText('falsepositives', text =>
      SAYS_NOTHING.has(text.trim().toLowerCase()) ? { what: `the false positive “${text}” says nothing` } : undefined,
    ),
  },
  {
    name: 'falsepositive-duplicate',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A list of false positives tells each once.',
    section: rules('FalsePositives'),
    fix: 'take it out',
    fixable: true,
    find: duplicates('falsepositives'),
  },
  {
    name: 'scope-too-short',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'A scope has two characters at least.',
    section: rules('Scope'),
    fix: 'name the machines that are meant, such as server',
    find: tooShort('scope'),
  },
  {
    name: 'element-empty',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'An empty element of a list says nothing.',
    section: rules('File Structure'),
    fix: 'take it out, or write what was meant',
    find: ({ map }) =>
      ['references', 'tags', 'fields', 'falsepositives', 'scope'].flatMap(key =>
        elementsOf(nodeAt(map, key))
          .filter(element => isNothing(element) || textOf(element)?.trim() === '')
          .map(element => ({ at: spanOf(element, placeOf(map, key)), what: `an element of ${key} is empty` })),
      ),
  },
];
