import type { Condition } from '../../sigma/condition.ts';
import type { CheckedCondition, CheckedDetection } from '../detection.ts';
import type { Found } from '../finding.ts';
import { correlations, DETECTING, type Lint, OURS, rules } from '../lint.ts';
import { isNothing, nodeAt, rewritten, spanOf, textOf, typeOf } from '../nodes.ts';
import { nearest } from '../spelling.ts';
import { conditionPlace, ofDetection, where } from './detections.ts';
import { perhaps } from './support.ts';

/** Looks at each condition that is a text. */
const eachCondition = (
  look: (
    condition: CheckedCondition,
    detection: CheckedDetection,
  ) => readonly (Omit<Found, 'at'> & { readonly at?: Found['at'] })[],
): Lint['find'] =>
  ofDetection(detection =>
    detection.conditions
      .filter(({ node }) => textOf(node) !== undefined)
      .flatMap(condition => look(condition, detection).map(found => ({ at: spanOf(condition.node), ...found }))),
  );

const WORD = /[^\s()|]+/g;
const WORDS_OF_CONDITIONS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of', 'them', 'all', 'any', '1']);

/** The names and patterns that a condition speaks of. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(WORD)]
    .map(([word]) => word)
    .filter(word => !WORDS_OF_CONDITIONS.has(word.toLowerCase()) && !/^\d+$/.test(word));

const like = (pattern: string): ((name: string) => boolean) => {
  const expression = new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
  return name => expression.test(name);
};

/** The selections that a condition uses. */
function usedBy(text: string, names: readonly string[]): ReadonlySet<string> {
  const named = namesIn(text);
  return new Set([
    ...names.filter(name => named.includes(name)),
    ...quantified(text, names).flatMap(({ means }) => means),
  ]);
}

const NEAR = /\bnear\b/i;

/** `1 of` and `all of` leave out what begins with an underscore. */
const isPublic = (name: string): boolean => !name.startsWith('_');

/** Every `1 of x*` with the names that it means. */
function quantified(
  text: string,
  names: readonly string[],
): readonly { readonly written: string; readonly means: readonly string[] }[] {
  return [...text.matchAll(/\b(?:1|any|all)\s+of\s+([^\s()|]+)/gi)].map(([written, pattern = '']) => ({
    written,
    means: names.filter(isPublic).filter(pattern.toLowerCase() === 'them' ? () => true : like(pattern)),
  }));
}

function hasDoubleNot(condition: Condition): boolean {
  if (condition.kind === 'selection') return false;
  if (condition.kind === 'not') return condition.part.kind === 'not' || hasDoubleNot(condition.part);
  return condition.parts.some(hasDoubleNot);
}

/** Whether a selection stands twice beside itself, as in `a and a`. */
function repeated(condition: Condition): string | undefined {
  if (condition.kind === 'selection') return undefined;
  if (condition.kind === 'not') return repeated(condition.part);
  const names = condition.parts.flatMap(part => (part.kind === 'selection' ? [part.name] : []));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  return twice ?? condition.parts.map(repeated).find(name => name !== undefined);
}

export const CONDITION_LINTS: readonly Lint[] = [
  {
    name: 'condition-missing',
    severity: 'error',
    kinds: DETECTING,
    reason: 'The condition says which selections have to hold.',
    section: rules('Condition'),
    fix: 'add condition: and the names of the selections',
    find: ofDetection(({ conditions }, document) =>
      conditions.length === 0 && typeOf(nodeAt(where(document), 'condition')) !== 'a map'
        ? [{ at: conditionPlace(document), what: 'condition is missing' }]
        : [],
    ),
  },
  {
    name: 'condition-no-text',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A condition is a text, or a list of texts of which one has to hold.',
    section: rules('Condition'),
    fix: 'write a text such as selection and not filter',
    find: ofDetection(({ conditions }) =>
      conditions
        .filter(({ node }) => textOf(node) === undefined && !isNothing(node))
        .map(({ node }) => ({ at: spanOf(node), what: `the condition is ${typeOf(node)}` })),
    ),
  },
  {
    name: 'condition-selection-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A condition can only speak of selections that there are.',
    section: rules('Condition'),
    fix: 'name a selection of the detection',
    find: eachCondition(({ text }, { selections }) => {
      if (text.includes('|') || NEAR.test(text)) return [];
      const names = selections.map(({ name }) => name);
      return [...new Set(namesIn(text))]
        .filter(name => !names.some(like(name)))
        .map(name => ({
          what: `${name.includes('*') ? 'no selection is like' : 'no selection is named'} ${name}${perhaps(nearest(name, names))}`,
        }));
    }),
  },
  {
    name: 'condition-malformed',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A condition joins selections by and, or, not, brackets, 1 of and all of.',
    section: rules('Condition'),
    fix: 'write it such as selection and not 1 of filter_*',
    find: eachCondition(({ text, fault }, { selections }) => {
      const names = selections.map(({ name }) => name);
      const spokenOf = text.includes('|') || NEAR.test(text) || namesIn(text).some(name => !names.some(like(name)));
      return fault === undefined || spokenOf ? [] : [{ what: `the condition cannot be read: ${fault}` }];
    }),
  },
  {
    name: 'condition-aggregation',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Aggregations behind | are of Sigma 1, and correlations have taken their place.',
    section: correlations('Expression of Relationships In The Condition of Sigma Rules'),
    fix: 'write a correlation of type event_count or value_count',
    find: eachCondition(({ text }) =>
      text.includes('|') && !NEAR.test(text) ? [{ what: 'the condition aggregates by |' }] : [],
    ),
  },
  {
    name: 'condition-near',
    severity: 'error',
    kinds: DETECTING,
    reason: 'near is of Sigma 1, and correlations have taken its place.',
    section: correlations('Expression of Relationships In The Condition of Sigma Rules'),
    fix: 'write a correlation of type temporal',
    find: eachCondition(({ text }, { selections }) =>
      NEAR.test(text) && !selections.some(({ name }) => name === 'near') ? [{ what: 'the condition uses near' }] : [],
    ),
  },
  {
    name: 'condition-capitals',
    severity: 'note',
    kinds: DETECTING,
    reason: 'The words of conditions are written in lower case.',
    section: rules('Condition'),
    fix: 'write and, or, not, of, all and them in lower case',
    fixable: true,
    find: eachCondition(({ text, node }, { selections }) => {
      const names = new Set(selections.map(({ name }) => name));
      const lowered = text.replace(WORD, word =>
        WORDS_OF_CONDITIONS.has(word.toLowerCase()) && !names.has(word) ? word.toLowerCase() : word,
      );
      return lowered === text
        ? []
        : [{ what: 'a word of the condition has capitals', edits: rewritten(node, lowered) }];
    }),
  },
  {
    name: 'selection-unused',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A selection that no condition names does nothing.',
    section: rules('Condition'),
    fix: 'name it in the condition, or take it out',
    find: ofDetection(({ selections, conditions }) => {
      if (conditions.length === 0) return [];
      const names = selections.map(({ name }) => name);
      const used = new Set(conditions.flatMap(({ text }) => [...usedBy(text, names)]));
      return selections
        .filter(({ name }) => !used.has(name))
        .map(({ name, pair }) => ({ at: spanOf(pair.key), what: `no condition names ${name}` }));
    }),
  },
  {
    name: 'quantifier-of-one',
    severity: 'note',
    kinds: DETECTING,
    reason: 'Of one selection there is nothing to choose.',
    section: rules('Condition'),
    fix: 'name the selection itself',
    find: eachCondition(({ text }, { selections }) =>
      quantified(
        text,
        selections.map(({ name }) => name),
      )
        .filter(({ means, written }) => means.length === 1 && !/_\*$/.test(written))
        .map(({ written, means }) => ({ what: `${written} means ${means[0]} alone`, fix: `write ${means[0]}` })),
    ),
  },
  {
    name: 'condition-all-of-them',
    severity: 'note',
    kinds: DETECTING,
    reason: 'all of them takes in every selection that somebody adds, exclusions too.',
    section: rules('Condition'),
    fix: 'write all of selection*',
    find: eachCondition(({ text }) =>
      /\ball\s+of\s+them\b/i.test(text) ? [{ what: 'the condition says all of them' }] : [],
    ),
  },
  {
    name: 'condition-double-not',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'not not is nothing.',
    section: OURS,
    fix: 'take out both',
    find: eachCondition(({ meaning }) =>
      meaning !== undefined && hasDoubleNot(meaning) ? [{ what: 'the condition says not not' }] : [],
    ),
  },
  {
    name: 'condition-repeats',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A selection that is joined to itself is most likely another that was meant.',
    section: OURS,
    fix: 'name the other selection, or take it out',
    find: eachCondition(({ meaning }) => {
      const name = meaning === undefined ? undefined : repeated(meaning);
      return name === undefined ? [] : [{ what: `the condition joins ${name} to itself` }];
    }),
  },
];
