import { expect, test } from '@jest/globals';
import { createEngine } from '../../../src/detect/engine.ts';
import type { Event } from '../../../src/model/event.ts';
import { Comparison } from '../../../src/pipeline/comparison.ts';
import type { CompiledRule } from '../../../src/sigma/compile.ts';
import type { Rule } from '../../../src/sigma/rule.ts';
import { auditEvent, normalized } from '../normalize/support.ts';

/** A rule that holds on requests of these verbs. */
const rule = (id: string, verbs: readonly string[], level: Rule['level'] = 'low'): CompiledRule => ({
  rule: {
    id,
    title: `rule ${id}`,
    level,
    tags: [],
    references: [],
    falsepositives: [],
    fields: [],
    logsource: { product: 'kubernetes' },
    file: 'r.yml',
    line: 1,
  },
  matches: event => verbs.includes((event as Event['document']).event.action),
  requires: [[]],
  pathsOf: field => [field.split('.')],
});

let line = 0;
function events(fields: object): readonly Event[] {
  line += 1;
  return normalized(auditEvent({ auditID: `id-${line}`, ...fields }), line).events;
}

type Counts = readonly [id: string, added: number, gone: number, same: number];

function compared(
  current: readonly CompiledRule[],
  candidates: readonly CompiledRule[],
  judged: readonly Event[],
  most?: number,
): readonly Counts[] {
  const comparison = new Comparison(createEngine(current), createEngine(candidates), most);
  for (const event of judged) comparison.judge(event);
  return comparison.result(current, candidates).map(row => [row.rule.id, row.new, row.gone, row.same]);
}

const LISTS = events({ verb: 'list' });
const GETS = [...events({ verb: 'get' }), ...events({ verb: 'get' })];

const cases: [name: string, current: CompiledRule[], candidates: CompiledRule[], expected: readonly Counts[]][] = [
  ['the same rule', [rule('a', ['get'])], [rule('a', ['get'])], [['a', 0, 0, 2]]],
  ['a wider rule', [rule('a', ['get'])], [rule('a', ['get', 'list'])], [['a', 1, 0, 2]]],
  ['a narrower rule', [rule('a', ['get', 'list'])], [rule('a', ['get'])], [['a', 0, 1, 2]]],
  [
    'a rule that is new, one that is gone',
    [rule('a', ['get'])],
    [rule('b', ['list'])],
    [
      ['a', 0, 2, 0],
      ['b', 1, 0, 0],
    ],
  ],
  ['a rule that never holds', [rule('a', [])], [rule('a', [])], [['a', 0, 0, 0]]],
];
for (const [name, current, candidates, expected] of cases) {
  test(`comparison: ${name}`, () => expect(compared(current, candidates, [...LISTS, ...GETS])).toEqual(expected));
}

test('comparison: a request alerts once over its stages, also where one set sees it later', () => {
  const audit = { auditID: 'one', requestURI: '/one' };
  const request = [
    ...normalized(auditEvent({ ...audit, stage: 'ResponseStarted', responseStatus: { code: 101 } })).events,
    ...normalized(auditEvent(audit)).events,
  ];
  const late: CompiledRule = {
    ...rule('a', []),
    matches: event => (event as Event['document']).kubernetes?.audit['stage'] === 'ResponseComplete',
  };
  expect(compared([rule('a', ['get'])], [late], request)).toEqual([['a', 0, 0, 1]]);
});

test('comparison: what is forgotten is counted', () =>
  expect(compared([rule('a', ['get'])], [rule('a', ['get'])], GETS, 1)).toEqual([['a', 0, 0, 2]]));

test('comparison: samples say where, and a changed level is told', () => {
  const [current, candidates] = [[rule('a', [], 'low')], [rule('a', ['get'], 'high')]];
  const comparison = new Comparison(createEngine(current), createEngine(candidates));
  for (const event of GETS) comparison.judge(event);
  const [row] = comparison.result(current, candidates);
  expect(row).toMatchObject({ levelBefore: 'low', rule: { level: 'high' }, samples: { gone: [] } });
  expect(row?.samples.new.map(({ origin }) => origin)).toEqual(GETS.map(({ origin }) => origin));
});
