import { base64, base64Of } from './encoded.ts';
import type { Section } from './facts.ts';

/** Regular expressions and encodings. */
export const EXPRESSIONS: readonly Section[] = [
  {
    document: 'modifiers',
    heading: 'Regular Expression',
    modifier: 're',
    facts: [
      ['found anywhere', "a|re: 'b+c'", { a: 'abbc' }, true],
      ['anchored', "a|re: '^b'", { a: 'abbc' }, false],
      ['minds capitals', 'a|re: B', { a: 'b' }, false],
      ['a dot is no newline', "a|re: 'a.b'", { a: 'a\nb' }, false],
      ['a backslash is the expression’s', "a|re: '\\d{3}'", { a: 'x123' }, true],
      ['one of a list', "a|re: ['^x', '^y']", { a: 'yes' }, true],
      ['the expression is no wildcard', "a|re: 'ab*'", { a: 'xa' }, true],
      ['an absent field', "a|re: '.*'", {}, false],
      ['empty text', "a|re: '^$'", { a: '' }, true],
      ['a number', "a|re: '^4\\d\\d$'", { a: 403 }, true],
      ['one element', "a|re: '^b$'", { a: ['a', 'b'] }, true],
      ['alternatives', "a|re: '^(get|list)$'", { a: 'list' }, true],
      ['alternatives, none', "a|re: '^(get|list)$'", { a: 'lists' }, false],
      ['classes', "a|re: '[^a-z]'", { a: 'abc' }, false],
      ['$ is the end of the text', "a|re: 'a$'", { a: 'a\nb' }, false],
      ['no exponential time', "a|re: '^(a+)+$'", { a: `${'a'.repeat(5000)}b` }, false],
      ['several values', "a|re: ['^x', 'y$']", { a: 'zy' }, true],
      ['all values', "a|re|all: ['^x', 'y$']", { a: 'xy' }, true],
      ['neq', "a|re|neq: '^x'", { a: 'yx' }, true],
      ['a group', "a|re: '^(ab)+$'", { a: 'abab' }, true],
      ['a number of times', "a|re: '^a{2,3}$'", { a: 'aaaa' }, false],
      ['a number of times, within', "a|re: '^a{2,3}$'", { a: 'aaa' }, true],
      ['a question mark is none or one', "a|re: '^ab?c$'", { a: 'ac' }, true],
      ['a class', "a|re: '^[a-c]+$'", { a: 'abc' }, true],
      ['an asterisk of nothing', "a|re: '^ab*c$'", { a: 'ac' }, true],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Regular Expression',
    modifier: 'i',
    facts: [
      ['ignores capitals', 'a|re|i: B', { a: 'b' }, true],
      ['two flags', "a|re|i|s: 'A.B'", { a: 'a\nb' }, true],
      ['not without it', "a|re: '^ABC$'", { a: 'abc' }, false],
      ['a class', "a|re|i: '^[A-C]+$'", { a: 'abc' }, true],
      ['another text', 'a|re|i: B', { a: 'c' }, false],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Regular Expression',
    modifier: 'm',
    facts: [
      ['^ after a newline', "a|re|m: '^b'", { a: 'a\nb' }, true],
      ['$ is the end of a line', "a|re|m: 'a$'", { a: 'a\nb' }, true],
      ['the dot is still no newline', "a|re|m: 'a.b'", { a: 'a\nb' }, false],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Regular Expression',
    modifier: 's',
    facts: [
      ['a dot is a newline too', "a|re|s: 'a.b'", { a: 'a\nb' }, true],
      ['^ is still the start of the text', "a|re|s: '^b'", { a: 'a\nb' }, false],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'base64',
    facts: [
      ['the value encoded', 'a|base64: secret', { a: 'c2VjcmV0' }, true],
      ['the value itself', 'a|base64: secret', { a: 'secret' }, false],
      ['with contains', 'a|base64|contains: secret', { a: 'echo c2VjcmV0 | sh' }, true],
      ['an escaped wildcard', "a|base64: 'a\\*'", { a: 'YSo=' }, true],
      ['one of a list', 'a|base64: [foo, bar]', { a: 'YmFy' }, true],
      ['text beyond ASCII is UTF-8', 'a|base64: ä', { a: 'w6Q=' }, true],
      ['a number', 'a|base64: 12', { a: 'MTI=' }, true],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'base64offset',
    facts: [
      ['at the start', 'a|base64offset|contains: secret', { a: base64('secret key') }, true],
      ['one byte in', 'a|base64offset|contains: secret', { a: base64('a secret key'.slice(1)) }, true],
      ['two bytes in', 'a|base64offset|contains: secret', { a: base64('a secret key') }, true],
      ['at the end', 'a|base64offset|contains: secret', { a: base64('my own secret') }, true],
      ['not there', 'a|base64offset|contains: secret', { a: base64('my own sekret') }, false],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'utf16le',
    facts: [
      ['then base64', 'a|utf16le|base64: ab', { a: 'YQBiAA==' }, true],
      ['another text', 'a|utf16le|base64: ab', { a: 'AGEAYg==' }, false],
      ['the bytes of cmd', 'a|utf16le|base64: cmd', { a: base64Of('63006d006400') }, true],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'utf16be',
    facts: [
      ['then base64', 'a|utf16be|base64: ab', { a: 'AGEAYg==' }, true],
      ['another text', 'a|utf16be|base64: ab', { a: 'YQBiAA==' }, false],
      ['the bytes of cmd', 'a|utf16be|base64: cmd', { a: base64Of('0063006d0064') }, true],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'utf16',
    facts: [
      ['with a byte order mark', 'a|utf16|base64: ab', { a: '//5hAGIA' }, true],
      ['without a byte order mark', 'a|utf16|base64: ab', { a: 'YQBiAA==' }, false],
      ['the bytes of cmd', 'a|utf16|base64: cmd', { a: base64Of('fffe63006d006400') }, true],
    ],
  },
  {
    document: 'modifiers',
    heading: 'Encoding',
    modifier: 'wide',
    facts: [
      ['the same', 'a|wide|base64: ab', { a: 'YQBiAA==' }, true],
      ['another text', 'a|wide|base64: ab', { a: 'YWI=' }, false],
    ],
  },
];
