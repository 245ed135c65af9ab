import { expect, test } from '@jest/globals';
import { fixed } from '../../../src/check/fix.ts';
import { LINTS } from '../../../src/check/lints.ts';
import { DETECTION_CASES } from './cases/detection.ts';
import { DOCUMENT_CASES } from './cases/documents.ts';
import { METADATA_CASES } from './cases/metadata.ts';
import { REACH_CASES } from './cases/reach.ts';
import { changed, findingsIn, RULE, unmarked } from './support.ts';

/** What is written, and what `--fix` makes of it; comments and layout stay. */
const FIXES: readonly [from: string, written: string, mended: string][] = [
  ['status: experimental', 'status: Experimental   # new', 'status: experimental   # new'],
  ['level: high', 'level: "hihg"', 'level: "high"'],
  ['date: 2026-11-01', 'date: 2026/11/1', 'date: 2026-11-01'],
  ['status: experimental', 'Status: experimental', 'status: experimental'],
  ['  - attack.t1552.007', '  - attack.T1552.007 # keys', '  - attack.t1552.007 # keys'],
  ['  - attack.t1552.007', '  - attack.t1552.007\n  - attack.t1552.007 # again', '  - attack.t1552.007'],
  [
    '  - attack.t1552.007',
    '  - attack.t1552.007\n  - attack.lateral_movement',
    '  - attack.t1552.007\n  - attack.lateral-movement',
  ],
  ['product: kubernetes', 'product: Kubernetes', 'product: kubernetes'],
  ['    verb: get\n', "    verb: get\n    userAgent: '*' # any\n", '    verb: get\n    userAgent|exists: true # any\n'],
  ['    verb: get\n', "    verb: get\n    userAgent: '*curl*'\n", "    verb: get\n    userAgent|contains: 'curl'\n"],
  [
    '    verb: get\n',
    "    verb: get\n    userAgent|contains: '*curl*'\n",
    "    verb: get\n    userAgent|contains: 'curl'\n",
  ],
  [
    '    verb: get\n',
    '    verb: get\n    userAgent|contains|all: curl\n',
    '    verb: get\n    userAgent|contains: curl\n',
  ],
  ['    verb: get\n', '    verb: [get, GET, list]\n', '    verb: [get, list]\n'],
  [
    '    verb: get\n',
    '    verb:\n      - get\n      - get # again\n      - list\n',
    '    verb:\n      - get\n      - list\n',
  ],
  ['objectRef.resource: secrets', 'objectref.resource: secrets', 'objectRef.resource: secrets'],
  [
    'condition: selection and not known',
    'condition: selection AND NOT known # all',
    'condition: selection and not known # all',
  ],
  ['condition: selection and not known', 'condition: [selection and not known]', 'condition: selection and not known'],
  [
    '    verb: get\n',
    "    verb: get\n    userAgent|re: '.*cu[rR]l.*'\n",
    "    verb: get\n    userAgent|re: 'cu[rR]l'\n",
  ],
  ['    verb: get\n', '    verb: get\n    userAgent|exists: "yes"\n', '    verb: get\n    userAgent|exists: true\n'],
  ['  look_first:', '  lookfirst:', '  look_first:'],
];
for (const [from, written, mended] of FIXES) {
  test(`--fix: ${written.trim().replaceAll('\n', '⏎')}`, () => {
    const result = fixed({ file: 'secret-read.yml', text: changed(RULE, from, written) }, ({ text }) =>
      findingsIn(text, 'secret-read.yml'),
    );
    expect(result.text).toBe(changed(RULE, from, mended));
    expect(result.count).toBeGreaterThan(0);
  });
}

test('what needs a decision is left as it is', () => {
  const text = changed(RULE, 'verb: get', 'responseStatus.code: ALLOW');
  expect(fixed({ file: 'secret-read.yml', text }, one => findingsIn(one.text, 'secret-read.yml'))).toEqual({
    text,
    count: 0,
  });
});

test('CR LF becomes LF, and everything else stays', () => {
  const text = RULE.replaceAll('\n', '\r\n');
  expect(fixed({ file: 'secret-read.yml', text }, one => findingsIn(one.text, 'secret-read.yml')).text).toBe(RULE);
});

const TRIED = [METADATA_CASES, ...DETECTION_CASES, ...REACH_CASES, ...DOCUMENT_CASES].flatMap(({ file, base, cases }) =>
  cases.map(([, from, to]) => {
    const { text } = unmarked(changed(base, from, to));
    return { file, text, before: findingsIn(text, file) };
  }),
);
const MENDABLE = TRIED.filter(({ before }) => before.some(({ edits }) => edits.length > 0));

test('a mended document has no finding more than it had, and nothing left to mend', () => {
  const worse = MENDABLE.flatMap(({ file, text, before }) => {
    const result = fixed({ file, text }, one => findingsIn(one.text, file));
    const after = findingsIn(result.text, file);
    const left = after.filter(({ edits }) => edits.length > 0);
    return after.length > before.length || left.length > 0
      ? [{ text: result.text, after: after.map(({ lint }) => lint) }]
      : [];
  });
  expect(worse).toEqual([]);
});

test('the lints that say they can be mended are those that were', () => {
  const mended = new Set(
    TRIED.flatMap(({ before }) => before.flatMap(({ lint, edits }) => (edits.length > 0 ? [lint] : []))),
  );
  const names = LINTS.map(({ name }) => name);
  expect(LINTS.filter(({ fixable }) => fixable).map(({ name }) => name)).toEqual(
    names.filter(name => mended.has(name)),
  );
});
