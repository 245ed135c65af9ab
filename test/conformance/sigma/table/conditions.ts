import type { Section } from './facts.ts';

/** The selections that the conditions are about. */
export const SELECTIONS = `a: { x: 1 }
b: { y: 1 }
sel_1: { p: 1 }
sel_2: { q: 1 }
keywords: [needle, pin]
_hidden: { h: 1 }
`;

/** What conditions mean; each is written over the same selections. */
export const CONDITIONS: readonly Section[] = [
  {
    document: 'rules',
    heading: 'Condition',
    expression: 'a selection',
    facts: [
      ['it holds', 'a', { x: 1 }, true],
      ['it does not hold', 'a', { x: 2 }, false],
      ['one with an underscore, by its name', '_hidden', { h: 1 }, true],
      ['keywords', 'keywords', { t: 'a pin' }, true],
      ['keywords, none', 'keywords', { t: 'a nail' }, false],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: 'Logical AND/OR',
    facts: [
      ['and: both', 'a and b', { x: 1, y: 1 }, true],
      ['and: the first alone', 'a and b', { x: 1 }, false],
      ['and: the second alone', 'a and b', { y: 1 }, false],
      ['and: three', 'a and b and sel_1', { x: 1, y: 1, p: 1 }, true],
      ['and: the last of three fails', 'a and b and sel_1', { x: 1, y: 1 }, false],
      ['or: the first', 'a or b', { x: 1 }, true],
      ['or: the second', 'a or b', { y: 1 }, true],
      ['or: both', 'a or b', { x: 1, y: 1 }, true],
      ['or: neither', 'a or b', {}, false],
      ['or: the last of three', 'a or b or sel_1', { p: 1 }, true],
      ['in capitals', 'a AND b', { x: 1, y: 1 }, true],
      ['in capitals, or', 'a OR b', { y: 1 }, true],
      ['on two lines', '|\n    a\n    or b', { y: 1 }, true],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: '1/all of them',
    facts: [
      ['1 of: one', '1 of them', { q: 1 }, true],
      ['1 of: none', '1 of them', { z: 1 }, false],
      ['1 of: not one with an underscore', '1 of them', { h: 1 }, false],
      ['1 of: keywords too', '1 of them', { t: 'needle' }, true],
      ['any of: the same', 'any of them', { q: 1 }, true],
      ['any of: none', 'any of them', { h: 1 }, false],
      ['all of: all but the one with an underscore', 'all of them', { x: 1, y: 1, p: 1, q: 1, t: 'pin' }, true],
      ['all of: one is missing', 'all of them', { x: 1, y: 1, p: 1, t: 'pin' }, false],
      ['in capitals', '1 OF THEM', { q: 1 }, true],
      ['negated', 'not 1 of them', { h: 1 }, true],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: '1/all of search-identifier-pattern',
    facts: [
      ['1 of: one', '1 of sel_*', { q: 1 }, true],
      ['1 of: another selection', '1 of sel_*', { x: 1 }, false],
      ['any of: one', 'any of sel_*', { q: 1 }, true],
      ['all of: one of two', 'all of sel_*', { p: 1 }, false],
      ['all of: both', 'all of sel_*', { p: 1, q: 1 }, true],
      ['in capitals', 'ALL OF sel_*', { p: 1 }, false],
      ['the wildcard first', '1 of *_2', { q: 1 }, true],
      ['the wildcard first, another', '1 of *_2', { p: 1 }, false],
      ['the wildcard within', '1 of s*_1', { p: 1 }, true],
      ['two wildcards', 'all of *e*_*', { p: 1, q: 1, t: 'pin' }, true],
      ['of the whole name', '1 of sel*1', { q: 1 }, false],
      ['a name is a pattern too', '1 of a', { x: 1 }, true],
      ['a dot is a dot', 'b or 1 of a*', { q: 1 }, false],
      ['all names', '1 of *', { q: 1 }, true],
      ['not those with an underscore', '1 of *', { h: 1 }, false],
      ['all of all names but those with an underscore', 'all of *', { x: 1, y: 1, p: 1, q: 1, t: 'pin' }, true],
      ['with a selection', '1 of sel_* and keywords', { p: 1, t: 'pin' }, true],
      ['with a selection that fails', '1 of sel_* and keywords', { p: 1 }, false],
      ['and not 1 of others', 'a and not 1 of sel_*', { x: 1 }, true],
      ['and not 1 of others, one holds', 'a and not 1 of sel_*', { x: 1, p: 1 }, false],
      ['and not all of others, one holds', 'a and not all of sel_*', { x: 1, p: 1 }, true],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: "Negation with 'not'",
    facts: [
      ['of one that fails', 'not a', { x: 2 }, true],
      ['of one that holds', 'not a', { x: 1 }, false],
      ['twice', 'not not a', { x: 1 }, true],
      ['a hundred times', `${'not '.repeat(100)}a`, { x: 1 }, true],
      ['in capitals', 'NOT a', {}, true],
      ['keywords and not a selection', 'keywords and not a', { t: 'pin' }, true],
      ['keywords and not a selection, which holds', 'keywords and not a', { t: 'pin', x: 1 }, false],
      ['not null: a field that is there', 'a and not b', { x: 1 }, true],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: 'Brackets',
    facts: [
      ['around or: one of them', 'a and (b or keywords)', { x: 1, t: 'pin' }, true],
      ['around or: the other fails', '(a or b) and sel_1', { x: 1 }, false],
      ['around or: both', '(a or b) and sel_1', { x: 1, p: 1 }, true],
      ['after not', 'not (a and b)', { x: 1 }, true],
      ['after not: what is in them holds', 'not (a and b)', { x: 1, y: 1 }, false],
      ['in brackets', '((a))', { x: 1 }, true],
      ['without blanks', '(a)and(b)', { x: 1, y: 1 }, true],
      ['without blanks, one fails', '(a)and(b)', { x: 1 }, false],
      ['around 1 of', '(1 of sel_*) and (a or b)', { q: 1, y: 1 }, true],
      ['nested', 'a and (b or (sel_1 and sel_2))', { x: 1, p: 1, q: 1 }, true],
      ['nested, one fails', 'a and (b or (sel_1 and sel_2))', { x: 1, p: 1 }, false],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: 'Operator Precedence',
    facts: [
      ['and before or: the first alone', 'a or b and sel_1', { x: 1 }, true],
      ['and before or: the second alone', 'a or b and sel_1', { y: 1 }, false],
      ['and before or, the other way round', 'a and b or sel_1', { p: 1 }, true],
      ['and before or, the other way round: half', 'a and b or sel_1', { x: 1 }, false],
      ['not before and', 'not a and b', { y: 1 }, true],
      ['not before and: both hold', 'not a and b', { x: 1, y: 1 }, false],
      ['not before and: neither holds', 'not a and b', {}, false],
      ['not before or', 'not a or b', { x: 1, y: 1 }, true],
      ['not before or: the first alone', 'not a or b', { x: 1 }, false],
      ['1 of before not', 'not 1 of sel_* and a', { x: 1 }, true],
      ['1 of before not: one holds', 'not 1 of sel_* and a', { x: 1, q: 1 }, false],
    ],
  },
  {
    document: 'rules',
    heading: 'Condition',
    expression: 'a list of conditions',
    facts: [
      ['the second', '[a, b]', { y: 1 }, true],
      ['neither', '[a, b]', { p: 1 }, false],
      ['each is read for itself', "['a and b', not a]", {}, true],
      ['each is read for itself: none', "['a and b', not a]", { x: 1 }, false],
      ['one', '[a]', { x: 1 }, true],
    ],
  },
];
