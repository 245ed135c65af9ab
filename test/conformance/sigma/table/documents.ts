import type { Section } from './facts.ts';

/** The rule that filters are written for. */
export const FILTERED = `title: A rule
name: reads
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: shop, service: web }
detection: { s: { verb: get }, condition: s }
`;

const BOB = 's: { user: bob }, t: { user: eve }, condition: ';
const SHOP = 'title: A filter\nlogsource: { product: shop, service: web }\n';

/** What a rule still holds on with a filter beside it. */
export const FILTERS: readonly Section[] = [
  {
    document: 'filters',
    heading: 'Relative rules',
    facts: [
      [
        'by id',
        `${SHOP}filter: { rules: [4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f], ${BOB}not s }`,
        { verb: 'get', user: 'bob' },
        false,
      ],
      [
        'by id, another event',
        `${SHOP}filter: { rules: [4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f], ${BOB}not s }`,
        { verb: 'get', user: 'amy' },
        true,
      ],
      ['by name', `${SHOP}filter: { rules: [reads], ${BOB}not s }`, { verb: 'get', user: 'bob' }, false],
      [
        'another rule',
        `${SHOP}filter: { rules: [5a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f], ${BOB}not s }`,
        { verb: 'get', user: 'bob' },
        true,
      ],
      ['one of several', `${SHOP}filter: { rules: [writes, reads], ${BOB}not s }`, { verb: 'get', user: 'bob' }, false],
    ],
  },
  {
    document: 'filters',
    heading: 'filter selection',
    facts: [
      [
        'is read as in a rule',
        `${SHOP}filter: { rules: [reads], s: { user|startswith: adm_ }, condition: not s }`,
        { verb: 'get', user: 'ADM_bob' },
        false,
      ],
      [
        'is read as in a rule, another event',
        `${SHOP}filter: { rules: [reads], s: { user|startswith: adm_ }, condition: not s }`,
        { verb: 'get', user: 'bob' },
        true,
      ],
      [
        'a list of maps',
        `${SHOP}filter: { rules: [reads], s: [{ user: bob }, { ip: 10.0.0.1 }], condition: not s }`,
        { verb: 'get', ip: '10.0.0.1' },
        false,
      ],
      [
        'a name that the rule has too',
        `${SHOP}filter: { rules: [reads], s: { user: bob }, condition: not s }`,
        { verb: 'get', user: 'eve' },
        true,
      ],
      [
        'what the rule does not hold on stays so',
        `${SHOP}filter: { rules: [reads], ${BOB}not s }`,
        { verb: 'put', user: 'eve' },
        false,
      ],
    ],
  },
  {
    document: 'filters',
    heading: 'filter condition',
    facts: [
      ['not one of two', `${SHOP}filter: { rules: [reads], ${BOB}not 1 of them }`, { verb: 'get', user: 'eve' }, false],
      [
        'not one of two, neither',
        `${SHOP}filter: { rules: [reads], ${BOB}not 1 of them }`,
        { verb: 'get', user: 'amy' },
        true,
      ],
      [
        'not the one and not the other',
        `${SHOP}filter: { rules: [reads], ${BOB}not s and not t }`,
        { verb: 'get', user: 'bob' },
        false,
      ],
      [
        'not both',
        `${SHOP}filter: { rules: [reads], s: { user: bob }, t: { ip: 1 }, condition: not (s and t) }`,
        { verb: 'get', user: 'bob' },
        true,
      ],
      [
        'not both, and both hold',
        `${SHOP}filter: { rules: [reads], s: { user: bob }, t: { ip: 1 }, condition: not (s and t) }`,
        { verb: 'get', user: 'bob', ip: 1 },
        false,
      ],
    ],
  },
  {
    document: 'filters',
    heading: 'Log source',
    facts: [
      ['the same', `${SHOP}filter: { rules: any, ${BOB}not s }`, { verb: 'get', user: 'bob' }, false],
      [
        'all of the product',
        `title: A filter\nlogsource: { product: shop }\nfilter: { rules: any, ${BOB}not s }`,
        { verb: 'get', user: 'bob' },
        false,
      ],
      [
        'another product',
        `title: A filter\nlogsource: { product: bank }\nfilter: { rules: any, ${BOB}not s }`,
        { verb: 'get', user: 'bob' },
        true,
      ],
      [
        'another service',
        `title: A filter\nlogsource: { product: shop, service: till }\nfilter: { rules: [reads], ${BOB}not s }`,
        { verb: 'get', user: 'bob' },
        true,
      ],
    ],
  },
];

const GLOBAL = `action: global
title: A rule
level: low
logsource: { product: shop }
detection:
  a: { x: 1 }
`;

/** Files of several documents; one holds on an event where one of its rules does. */
export const COLLECTIONS: readonly Section[] = [
  {
    document: 'collections',
    heading: 'Rule Collections',
    facts: [
      ['global adds to the rule that follows', `${GLOBAL}---\ndetection: { condition: a }\n`, { x: 1 }, true],
      ['global is no rule of its own', `${GLOBAL}---\ndetection: { b: { y: 1 }, condition: b }\n`, { x: 1 }, false],
      [
        'global adds to every rule that follows',
        `${GLOBAL}---\ndetection: { b: { y: 1 }, condition: a and b }\n---\ndetection: { c: { z: 1 }, condition: a and c }\n`,
        { x: 1, z: 1 },
        true,
      ],
      [
        'a rule that follows has nothing of the one before it',
        `${GLOBAL}---\ndetection: { b: { y: 1 }, condition: a and b }\n---\ndetection: { c: { z: 1 }, condition: a and 1 of c* }\n`,
        { y: 1, z: 1 },
        false,
      ],
      [
        'a second global adds to the first',
        `${GLOBAL}---\naction: global\ndetection: { b: { y: 1 } }\n---\ndetection: { condition: a and b }\n`,
        { x: 1, y: 1 },
        true,
      ],
      [
        'reset ends global',
        `${GLOBAL}---\naction: reset\n---\ntitle: Alone\nlogsource: {}\ndetection: { b: { y: 1 }, condition: 1 of them }\n`,
        { x: 1 },
        false,
      ],
      [
        'repeat is the rule before, with changes',
        `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\ndetection: { a: { x: 2 } }\n`,
        { x: 2 },
        true,
      ],
      [
        'repeat leaves the rule before as it is',
        `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\ndetection: { a: { x: 2 } }\n`,
        { x: 1 },
        true,
      ],
      [
        'repeat adds a selection',
        `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\ndetection: { b: { y: 1 }, condition: b }\n`,
        { y: 1 },
        true,
      ],
      [
        'documents without an action are rules of their own',
        `title: One\nlogsource: {}\ndetection: { s: { x: 1 }, condition: s }\n---\ntitle: Two\nlogsource: {}\ndetection: { s: { y: 1 }, condition: s }\n`,
        { y: 1 },
        true,
      ],
    ],
  },
];
