import { compileRule } from '../../src/sigma/compile.ts';
import { AS_WRITTEN } from '../../src/sigma/resolve.ts';
import { ruleOf } from '../unit/sigma/support.ts';
import { evaluated, type Pack } from './packs.ts';

/** Detections that between them use every modifier and every kind of condition; each is a rule. */
export const DETECTIONS: readonly string[] = [
  's: { a: abc }\ncondition: s',
  's: { a: ABC }\ncondition: s',
  's: { a|cased: ABC }\ncondition: s',
  "s: { a: 'a*' }\ncondition: s",
  "s: { a: '*c' }\ncondition: s",
  "s: { a: 'a?c' }\ncondition: s",
  "s: { a: '\\*' }\ncondition: s",
  "s: { a: 'a\\?c' }\ncondition: s",
  "s: { a: '' }\ncondition: s",
  's: { a: null }\ncondition: s',
  's: { a: [null, abc] }\ncondition: s',
  's: { a: 5 }\ncondition: s',
  "s: { a: '5' }\ncondition: s",
  's: { a: true }\ncondition: s',
  's: { a: [abc, xyz] }\ncondition: s',
  's: { a|all: [abc, xyz] }\ncondition: s',
  's: { a|contains: b }\ncondition: s',
  's: { a|contains|all: [a, c] }\ncondition: s',
  's: { a|startswith: ab }\ncondition: s',
  's: { a|endswith: bc }\ncondition: s',
  's: { a|contains|cased: B }\ncondition: s',
  "s: { a|re: '^a.c$' }\ncondition: s",
  "s: { a|re|i: '^A.C$' }\ncondition: s",
  "s: { a|re|m: '^abc$' }\ncondition: s",
  "s: { a|re|s: 'x.abc' }\ncondition: s",
  "s: { a|cidr: '10.0.0.0/8' }\ncondition: s",
  "s: { a|cidr: ['192.0.2.0/24', '2001:db8::/32'] }\ncondition: s",
  's: { a|gt: 5 }\ncondition: s',
  's: { a|gte: 5 }\ncondition: s',
  's: { a|lt: 5 }\ncondition: s',
  's: { a|lte: 5.5 }\ncondition: s',
  's: { a|exists: true }\ncondition: s',
  's: { a|exists: false }\ncondition: s',
  's: { a|neq: abc }\ncondition: s',
  's: { a|neq: [abc, xyz] }\ncondition: s',
  's: { a|fieldref: b }\ncondition: s',
  's: { a|fieldref|startswith: b }\ncondition: s',
  's: { a|base64: foobar }\ncondition: s',
  's: { a|base64offset|contains: foobar }\ncondition: s',
  's: { a|wide|base64offset|contains: foobar }\ncondition: s',
  's: { a|utf16be|base64: foobar }\ncondition: s',
  "s: { a|windash|contains: ' -enc ' }\ncondition: s",
  's: { a|hour: 4 }\ncondition: s',
  's: { a|month: 11 }\ncondition: s',
  's: { a.b: abc }\ncondition: s',
  's: { l.x: abc }\ncondition: s',
  's: { l.x: abc, l.y: xyz }\ncondition: s',
  's: { l.x|all: [abc, xyz] }\ncondition: s',
  's: [foobar, xyz]\ncondition: s',
  "s: { '|all': [abc, xyz] }\ncondition: s",
  's: [{ a: abc }, { b: abc }]\ncondition: s',
  's: { a: abc }\nt: { b: abc }\ncondition: s and t',
  's: { a: abc }\nt: { b: abc }\ncondition: s or t',
  's: { a: abc }\nt: { b: abc }\ncondition: s and not t',
  's: { a: abc }\nt: { b: abc }\ncondition: not (s or t)',
  's: { a: abc }\nt: { b: abc }\nu: { a|contains: y }\ncondition: s or t and u',
  's1: { a: abc }\ns2: { b: abc }\ncondition: 1 of s*',
  's1: { a: abc }\ns2: { b: abc }\ncondition: all of s*',
  's1: { a: abc }\n_s2: { b: abc }\ncondition: all of them',
  's1: { a: abc }\n_s2: { b: abc }\ncondition: 1 of them or _s2',
];

const VALUES: readonly unknown[] = [
  'abc',
  'ABC',
  'aBc',
  'a?c',
  '*',
  'xabcx',
  'xyz',
  '',
  null,
  5,
  5.5,
  '5',
  6,
  4,
  true,
  'true',
  false,
  ['abc'],
  ['x', 'abc', 'xyz'],
  [],
  [null],
  [4, 6],
  { b: 'abc' },
  [{ b: 'abc' }, { b: 'x' }],
  'x\nabc\ny',
  '10.1.2.3',
  '192.0.2.1',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  'Zm9vYmFy',
  'xxZm9vYmFyxx',
  'yFmb29iYXI=',
  'ZgBvAG8AYgBhAHIA',
  'AGYAbwBvAGIAYQBy',
  'run /enc x',
  'run \u2013enc x',
  '2026-11-23T04:54:08Z',
  '2026-11-23T04:54:08+02:00',
  'käse',
  'KÄSE',
];

const LISTS: readonly unknown[] = [
  [{ x: 'abc', y: 'xyz' }],
  [{ x: 'abc' }, { y: 'xyz' }],
  [{ x: ['abc', 'xyz'] }],
  [{ x: 'abc' }, { x: 'xyz' }],
  { x: 'abc', y: 'xyz' },
  [],
];

/** Every value in a field, alone and beside another, and objects in lists. */
const EVENTS: readonly object[] = [
  {},
  ...VALUES.flatMap(value => [{ a: value }, { a: value, b: 'abc' }, { b: value }]),
  ...LISTS.map(l => ({ l })),
  { a: { b: 'xyz' }, c: { d: 'foobar' } },
];

/** Keywarden's modifiers and conditions on plain objects. */
export function modifierPack(): Pack {
  const rules = DETECTIONS.map(ruleText);
  const options = { ...AS_WRITTEN, lists: new Map() };
  const compiled = rules.map(text => compileRule(ruleOf(text), options));
  const subjects = EVENTS.map(document => ({ dataset: 'json' as const, document }));
  return { name: 'modifiers and conditions', rules, events: EVENTS, ...evaluated(compiled, subjects as never) };
}

/** The id ends with the number of the detection. */
const ruleText = (detection: string, n: number): string => `title: Detection ${n}
id: 00000000-0000-4000-8000-${String(n).padStart(12, '0')}
logsource: { product: test }
detection:
${detection.replace(/^/gm, '  ')}
level: low`;
