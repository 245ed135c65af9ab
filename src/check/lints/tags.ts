import { isSeq } from 'yaml';
import { TACTICS } from '../attack.ts';
import { ALERTING, type Lint, OURS, tags } from '../lint.ts';
import { nodeAt, rewritten, spanOf, textsOf } from '../nodes.ts';
import { nearest } from '../spelling.ts';
import { duplicates, eachText, either, perhaps, placeOf } from './support.ts';

const TAG = /^[a-z0-9_-]+\.[a-z0-9._-]+$/;
const NAMESPACES = ['attack', 'car', 'cve', 'd3fend', 'detection', 'stp', 'tlp'] as const;

/** Techniques, groups, software, data sources, mitigations, assets; campaigns, detection strategies and analytics of later versions. */
const ATTACK_ID = /^(?:t\d{4}(?:\.\d{3})?|[gsmac]\d{4}|ds\d{4}|det\d{4}|an\d{4}|ta\d{4})$/;
const ALMOST_ID = /^(?:t|g|s|m|a|c|ds)-?\d/;

/** What a tag of each namespace looks like. */
const SHAPES: Readonly<Record<string, { readonly shape: RegExp; readonly such: string }>> = {
  car: { shape: /^\d{4}-\d{2}-\d{3}$/, such: 'car.2016-04-005' },
  cve: { shape: /^\d{4}-\d{4,}$/, such: 'cve.2021-44228' },
  d3fend: { shape: /^(?:d3f?-[\w-]+|model|harden|detect|isolate|deceive|evict)$/, such: 'd3fend.d3-am' },
  detection: { shape: /^(?:dfir|emerging-threats|threat-hunting)$/, such: 'detection.threat-hunting' },
  stp: { shape: /^[1-5][auk]?$/, such: 'stp.3k' },
  tlp: { shape: /^(?:red|amber|amber-strict|green|clear)$/, such: 'tlp.amber' },
};

const parts = (tag: string): readonly [namespace: string, rest: string] => {
  const dot = tag.indexOf('.');
  return dot < 0 ? ['', tag] : [tag.slice(0, dot).toLowerCase(), tag.slice(dot + 1)];
};

/** Looks at what stands behind `attack.` */
const attack = (check: (rest: string, node: unknown) => ReturnType<Parameters<typeof eachText>[1]>): Lint['find'] =>
  eachText('tags', (tag, node) => {
    const [namespace, rest] = parts(tag);
    return namespace === 'attack' ? check(rest.toLowerCase(), node) : undefined;
  });

const namespaced = (namespace: string): Omit<Lint, 'reason'> => ({
  name: `tag-${namespace}-malformed`,
  severity: 'warning',
  kinds: ALERTING,
  section: tags(`Namespace: ${namespace}`),
  fix: `write a tag such as ${SHAPES[namespace]?.such ?? namespace}`,
  find: eachText('tags', tag => {
    const [own, rest] = parts(tag);
    return own !== namespace || SHAPES[namespace]?.shape.test(rest.toLowerCase()) === true
      ? undefined
      : { what: `the tag ${tag} is none of ${namespace}` };
  }),
});

export const TAG_LINTS: readonly Lint[] = [
  {
    name: 'tag-malformed',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A tag is a namespace, a dot and a name, of letters, numerals, _ and -.',
    section: tags('Namespaces'),
    fix: 'write it such as attack.t1552.007',
    find: eachText('tags', tag =>
      TAG.test(tag.toLowerCase()) ? undefined : { what: `the tag “${tag}” is malformed` },
    ),
  },
  {
    name: 'tag-capitals',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Tags are written in lower case.',
    section: tags('Namespaces'),
    fix: 'write it in lower case',
    fixable: true,
    find: eachText('tags', (tag, node) =>
      tag === tag.toLowerCase() || parts(tag)[0] === 'd3fend'
        ? undefined
        : { what: `the tag ${tag} has capitals`, edits: rewritten(node, tag.toLowerCase()) },
    ),
  },
  {
    name: 'tag-namespace-unknown',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Tools know the namespaces attack, car, cve, d3fend, detection, stp and tlp.',
    section: tags('Namespaces'),
    fix: 'use one of these, or allow it where it is your own',
    find: eachText('tags', tag => {
      const [namespace] = parts(tag);
      const known = (NAMESPACES as readonly string[]).includes(namespace) || !TAG.test(tag.toLowerCase());
      return known
        ? undefined
        : { what: `the namespace ${namespace} is not known${perhaps(nearest(namespace, NAMESPACES))}` };
    }),
  },
  {
    name: 'tag-duplicate',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A tag stands once.',
    section: tags('Namespaces'),
    fix: 'take it out',
    fixable: true,
    find: duplicates('tags'),
  },
  {
    name: 'tag-order',
    severity: 'note',
    kinds: ALERTING,
    reason: 'Tags of one namespace stand together.',
    section: tags('Namespaces'),
    fix: 'sort the tags by their namespaces',
    fixable: true,
    find: ({ map }) => {
      const list = nodeAt(map, 'tags');
      const all = textsOf(list);
      const order = all.map(({ text }) => parts(text)[0]);
      const at = order.findIndex((namespace, i) => order.indexOf(namespace) < i && order[i - 1] !== namespace);
      if (at < 0 || !isSeq(list) || all.length !== list.items.length) return [];
      const sorted = [...new Set(order)].flatMap(namespace => all.filter((_, i) => order[i] === namespace));
      const edits = all.flatMap(({ node }, i) => rewritten(node, sorted[i]?.text ?? ''));
      return [
        { at: spanOf(all[at]?.node), what: `the tag ${all[at]?.text} stands apart from those of ${order[at]}`, edits },
      ];
    },
  },
  {
    name: 'attack-tactic-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A tag of attack is an id or the name of a tactic.',
    section: tags('Namespace: attack'),
    fix: `write an id such as attack.t1552.007, or one of ${either(TACTICS)}`,
    find: attack(rest => {
      const written = rest.replaceAll('_', '-');
      if (ATTACK_ID.test(rest) || ALMOST_ID.test(rest) || TACTICS.includes(written)) return undefined;
      const near = nearest(written, TACTICS);
      return { what: `attack.${rest} is no tactic${perhaps(near.map(name => `attack.${name}`))}` };
    }),
  },
  {
    name: 'attack-tactic-underscore',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Since Sigma 2 names of tactics have hyphens.',
    section: tags('Namespace: attack'),
    fix: 'write - for _',
    fixable: true,
    find: attack((rest, node) => {
      const written = rest.replaceAll('_', '-');
      return rest === written || !TACTICS.includes(written)
        ? undefined
        : { what: `attack.${rest} is written with underscores`, edits: rewritten(node, `attack.${written}`) };
    }),
  },
  {
    name: 'attack-id-malformed',
    severity: 'error',
    kinds: ALERTING,
    reason: 'An id of ATT&CK has a letter and four digits, a sub-technique three more behind a dot.',
    section: tags('Namespace: attack'),
    fix: 'write it such as attack.t1552 or attack.t1552.007',
    find: attack(rest =>
      ALMOST_ID.test(rest) && !ATTACK_ID.test(rest) ? { what: `attack.${rest} is no id` } : undefined,
    ),
  },
  {
    name: 'attack-missing',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'The technique says what the finding is for, and coverage counts by it.',
    section: OURS,
    fix: 'add the technique to tags, such as attack.t1552.007',
    find: ({ map }) =>
      textsOf(nodeAt(map, 'tags')).some(({ text }) => /^attack\.t\d{4}/i.test(text))
        ? []
        : [{ at: placeOf(map, 'tags'), what: 'no tag names a technique of ATT&CK' }],
  },
  {
    name: 'attack-tactic-missing',
    severity: 'note',
    kinds: ALERTING,
    reason: 'A technique alone does not say what the attacker wants by it.',
    section: OURS,
    fix: 'add the tactic to tags, such as attack.credential-access',
    find: ({ map }) => {
      const all = textsOf(nodeAt(map, 'tags')).map(({ text }) => text.toLowerCase().replaceAll('_', '-'));
      const technique = all.some(tag => /^attack\.t\d{4}/.test(tag));
      const tactic = all.some(tag => TACTICS.includes(tag.slice('attack.'.length)));
      return technique && !tactic ? [{ at: placeOf(map, 'tags'), what: 'a technique is named and no tactic' }] : [];
    },
  },
  { ...namespaced('car'), reason: 'A tag of car is a year, a month and a number.' },
  { ...namespaced('cve'), reason: 'A tag of cve is a year and a number.' },
  { ...namespaced('d3fend'), reason: 'A tag of d3fend is a technique, an artifact or a tactic.' },
  { ...namespaced('detection'), reason: 'The kinds of detection are dfir, emerging-threats and threat-hunting.' },
  { ...namespaced('stp'), reason: 'A tag of stp is a number from 1 to 5 and perhaps a, u or k.' },
  { ...namespaced('tlp'), reason: 'The levels of tlp are red, amber, amber-strict, green and clear.' },
];
