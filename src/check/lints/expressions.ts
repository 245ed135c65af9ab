import { isIP } from 'node:net';
import { RE2JS } from 're2js';
import { messageOf } from '../../errors.ts';
import type { CheckedItem } from '../detection.ts';
import type { Found } from '../finding.ts';
import { DETECTING, type Lint, modifiers, OURS } from '../lint.ts';
import { rewritten, spanOf } from '../nodes.ts';
import { eachItem } from './detections.ts';

type Look = (text: string, node: unknown, item: CheckedItem) => Omit<Found, 'at'> | undefined;

/** Looks at each value that has a modifier; placeholders in it are not put in. */
const eachOf = (modifier: string, look: Look): Lint['find'] =>
  eachItem(item =>
    !item.modifiers.includes(modifier) || item.modifiers.includes('expand')
      ? []
      : item.values.flatMap(({ value, node }) => {
          const found = value === null ? undefined : look(String(value), node, item);
          return found === undefined ? [] : [{ at: spanOf(node), ...found }];
        }),
  );

const LOOKS = /\(\?(?:=|!|<=|<!|>|\()|\\[1-9]|\\k<|[*+?}]\+/;

/** Why RE2 refuses an expression. */
function refusal(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const isPlain = (text: string): boolean => /^(?:[^\\^$.|?*+()[\]{}]|\\[\W_])*$/.test(text);
const unescaped = (text: string): string => text.replace(/\\(\W|_)/g, '$1');

/** The `field|modifier` that says what an expression says, where it is nothing but a text between anchors or dots. */
function plainly(text: string): { readonly modifier: string; readonly inner: string } | undefined {
  const starts = text.startsWith('^');
  const ends = /(?<!\\)\$$/.test(text);
  const inner = text.slice(starts ? 1 : 0, ends ? -1 : undefined);
  if (inner === '' || !isPlain(inner)) return undefined;
  const modifier = starts ? (ends ? '' : 'startswith') : ends ? 'endswith' : 'contains';
  return { modifier, inner: unescaped(inner) };
}

const EDGE = /^(?:\^?\.\*\??)|(?<!\\)\.\*\??\$?$/g;

type Network = { readonly base: string; readonly bits: number; readonly family: 4 | 6 };

function networkOf(text: string): Network | undefined {
  const [base = '', length, ...more] = text.split('/');
  const family = isIP(base);
  const most = family === 4 ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  return (family !== 4 && family !== 6) || bits > most || more.length > 0 || base.includes('%')
    ? undefined
    : { base, bits, family };
}

/** Whether an address is the first of its network: all bits behind the length are zero. */
const isFirst = ({ base, bits, family }: Network): boolean =>
  trailingZeros(base, family) >= (family === 4 ? 32 : 128) - bits;

function trailingZeros(base: string, family: 4 | 6): number {
  const digits = family === 4 ? base.split('.').map(part => Number(part).toString(2).padStart(8, '0')) : wordsOf(base);
  const all = digits.join('');
  return all.length - (all.lastIndexOf('1') + 1);
}

/** The sixteen-bit words of an IPv6 address in binary. */
function wordsOf(base: string): readonly string[] {
  const [head = '', tail] = base.split('::');
  const words = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [front, back] = [words(head), words(tail ?? '')];
  const gap = tail === undefined ? 0 : 8 - front.length - back.length;
  const all = [...front, ...Array.from({ length: Math.max(gap, 0) }, () => '0'), ...back];
  return all.map(word => Number.parseInt(word, 16).toString(2).padStart(16, '0'));
}

export const EXPRESSION_LINTS: readonly Lint[] = [
  {
    name: 're-lookaround',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Look-around, back references and possessive quantifiers are outside of Sigma, and RE2 has none.',
    section: modifiers('Regular Expression'),
    fix: 'say it by two selections and "and not"',
    find: eachOf('re', text =>
      LOOKS.test(text) && refusal(text) !== undefined
        ? { what: `the expression ${text} looks around or back` }
        : undefined,
    ),
  },
  {
    name: 're-invalid',
    severity: 'error',
    kinds: DETECTING,
    reason: 'An expression has to be one of RE2, which runs in linear time over text of an attacker.',
    section: modifiers('Regular Expression'),
    fix: 'write it in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax)',
    find: eachOf('re', text => {
      const why = LOOKS.test(text) ? undefined : refusal(text);
      return why === undefined ? undefined : { what: `the expression cannot be read: ${why}` };
    }),
  },
  {
    name: 're-edge-dots',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'An expression is looked for anywhere in the text, so .* at its edges does nothing.',
    section: modifiers('Regular Expression'),
    fix: 'leave .* out',
    fixable: true,
    find: eachOf('re', (text, node) => {
      const bare = text.replace(EDGE, '');
      return bare === text || bare === '' || refusal(bare) !== undefined
        ? undefined
        : { what: `the expression ${text} begins or ends with .*`, edits: rewritten(node, bare) };
    }),
  },
  {
    name: 're-plain',
    severity: 'note',
    kinds: DETECTING,
    reason: 'A text without wildcards is compared faster and more plainly, and without capitals.',
    section: modifiers('Generic Modifiers'),
    fix: 'write the field without re, or with contains, startswith or endswith',
    find: eachOf('re', text => {
      const found = plainly(text);
      if (found === undefined) return undefined;
      const way = found.modifier === '' ? 'equal to' : found.modifier;
      return { what: `the expression ${text} says no more than ${way} ${found.inner}` };
    }),
  },
  {
    name: 're-empty-alternative',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'An expression with an empty alternative matches every text.',
    section: OURS,
    fix: 'take out the | that is too many',
    find: eachOf('re', text =>
      refusal(text) === undefined && RE2JS.compile(text).test('')
        ? { what: `the expression ${text} matches an empty text, and so any` }
        : undefined,
    ),
  },
  {
    name: 're-glob',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'In an expression * repeats what stands before it; .* is any text.',
    section: modifiers('Regular Expression'),
    fix: 'write .* for any text, or leave re out',
    find: eachOf('re', text =>
      /^[\w/:-]+\*$/.test(text) ? { what: `the expression ${text} looks like a wildcard` } : undefined,
    ),
  },
  {
    name: 'cidr-invalid',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A network is an address, / and the length of its prefix.',
    section: modifiers('IP (Internet Protocol) Modifiers'),
    fix: 'write it such as 10.0.0.0/8 or 2001:db8::/32',
    find: eachOf('cidr', text => (networkOf(text) === undefined ? { what: `${text} is no network` } : undefined)),
  },
  {
    name: 'cidr-host-bits',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'The address of a network is its first one; tools refuse others.',
    section: modifiers('IP (Internet Protocol) Modifiers'),
    fix: 'set the bits behind the prefix to zero',
    find: eachOf('cidr', text => {
      const network = networkOf(text);
      return network === undefined || !text.includes('/') || isFirst(network)
        ? undefined
        : { what: `${text} is not the first address of its network` };
    }),
  },
];
