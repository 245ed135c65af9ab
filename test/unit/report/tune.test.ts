import { expect, test } from '@jest/globals';
import { type ProposalRow, type TuningRow, tuningText } from '../../../src/report/tune.ts';

const at = (line: number) => ({ origin: { file: 'a.log', line } });
const PROOF: ProposalRow['proof'] = {
  falseGone: 2,
  falseLeft: [],
  trueKept: 1,
  trueLost: [],
  unmarkedGone: [],
  examplesKept: 2,
  examplesLost: [],
  alsoFor: [],
};
const USER = { field: 'user.name', trust: 'identity', values: ['alice'] };
const row = (fields: Partial<TuningRow>): TuningRow => ({
  title: 'A rule',
  id: 'r',
  marked: { false: 2, true: 1, unmarked: 0, both: [], missing: [] },
  best: { proposal: { kind: 'filter', fields: [USER], yaml: 'title: x\n' }, proof: PROOF },
  failed: [],
  variety: [],
  ...fields,
});

test('a proposal comes with its proof', () =>
  expect(tuningText(row({}))).toBe(`A rule
  r

A filter, for a file among your rules:

  title: x

Proof, by running it:
  false alerts         2 of 2 gone
  true alerts          1 of 1 still alert
  must-match examples  2 of 2 still match
  unmarked alerts      none in these logs
`));

test('what is not proven is said', () => {
  const text = tuningText(
    row({
      marked: { false: 2, true: 0, unmarked: 3, both: [{ place: 'f:1' }], missing: [{ place: 'f:2' }] },
      best: {
        proposal: { kind: 'list', list: 'known', fields: [{ ...USER, trust: 'free' }], yaml: '- value: x\n' },
        proof: { ...PROOF, examplesKept: 0, unmarkedGone: [at(7)], alsoFor: ['Another'] },
      },
    }),
  );
  for (const line of [
    '  1 marked both ways, so taken for true: f:1',
    '  1 not proven, since their events are not in these logs or no longer alert: f:2',
    'CAUTION: the false alerts share nothing but what a client writes as it likes (user.name).',
    'Add to the entries of the list known:',
    '  true alerts          none of this rule was given: name some by --true',
    '  must-match examples  the rule has none',
    '  unmarked alerts      1 of 3 gone too: a.log:7',
    '  the list is also read by: Another',
  ])
    expect(text.split('\n')).toContain(line);
});

test('where nothing is proven each attempt says why', () => {
  const failed = [
    {
      proposal: { kind: 'filter' as const, fields: [USER], yaml: '' },
      proof: { ...PROOF, trueLost: [at(3)], examplesLost: ['A rule: an example'] },
    },
  ];
  expect(tuningText(row({ best: undefined, failed, variety: [['user.name', 2]] }))).toBe(`A rule
  r

Nothing narrow stops these alerts.
  user.name "alice":
    1 true alerts have it too (a.log:3)
    an example would match no more: A rule: an example
  Several identities are among them: try with the alerts of one at a time.
`);
  expect(
    tuningText(
      row({
        best: undefined,
        variety: [
          ['user.name', 7],
          ['source.ip', 0],
        ],
      }),
    ),
  ).toContain('  They share no identity that could be named: 7 of user.name in 2 alerts.\n');
});
