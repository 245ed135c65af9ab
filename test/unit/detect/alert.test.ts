import { expect, test } from '@jest/globals';
import { alertOf, draftOf } from '../../../src/detect/alert.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { auditEvent, normalized } from '../normalize/support.ts';
import { ruleOf, SHIPPED_FIELDS } from '../sigma/support.ts';

const RULE = ruleOf(
  `title: Any
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: kubernetes }
detection: { a: { verb: get }, condition: a }
`,
  'r.yml',
);

const COMPILED = compileRule(RULE, { ...SHIPPED_FIELDS, lists: new Map() });

/** The alert's id of an audit event that differs from the usual one in `fields`. */
function alertId(fields: object): string {
  const [event] = normalized(auditEvent(fields)).events;
  if (event === undefined) throw new Error('no event');
  return alertOf(COMPILED, event, 'request').event.id;
}

const USUAL = alertId({});
const pairs: [name: string, fields: object, same: boolean][] = [
  ['a later stage of a request', { stage: 'Panic', stageTimestamp: '2026-11-23T05:13:09.000000Z' }, true],
  ['another user with the same audit id', { user: { username: 'mallory' } }, false],
  ['another URI with the same audit id', { requestURI: '/api/v1/namespaces/dev/pods/other' }, false],
  ['a request received at another time', { requestReceivedTimestamp: '2026-11-23T05:13:04.000000Z' }, false],
];
for (const [name, fields, same] of pairs) {
  test(`${name} is ${same ? 'the same alert' : 'another alert'}`, () => expect(alertId(fields) === USUAL).toBe(same));
}

test('without a URI the object tells two requests of one operation apart', () => {
  const about = (name: string): string => alertId({ requestURI: undefined, objectRef: { resource: 'pods', name } });
  expect(about('a')).not.toBe(about('b'));
  expect(about('a')).toBe(about('a'));
});

test('what a witness tells stands in the place of nothing that the alert itself says', () => {
  const evidence = { event_id: 'e', timestamp: '2026-11-23T05:13:09.000Z', dataset: 'json', message: 'm' } as const;
  const hostile = {
    message: 'nothing happened',
    keywarden: { alert: { status: 'closed' } },
    user: { name: 'mallory' },
  };
  const { message, keywarden, user } = draftOf(
    { rule: COMPILED.rule, id: 'i', key: 'k', group: {}, silenced: undefined },
    { message: 'it was mallory', evidence: { ...evidence, origin: { file: 'f', line: 1 } }, subject: hostile },
  );
  expect([message, keywarden.alert.status, user?.name]).toEqual(['it was mallory', 'open', 'mallory']);
});
