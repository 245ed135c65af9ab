import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { atLeast, type Level } from '../../src/model/alert.ts';
import type { Event } from '../../src/model/event.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { DAYS, type Request, user } from '../fixtures/normal-day.ts';
import { BUSY_DAYS, PLATFORM_DAYS } from '../fixtures/normal-day-platforms.ts';
import { toldOf } from '../score/told.ts';
import { auditEvent, normalized } from '../unit/normalize/support.ts';

const set = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-24') });
/** All that speak of the API server, and alert on one request. */
const engine = createEngine(
  set.rules.filter(({ rule }) => /^a\d\d-/.test(basename(rule.file)) && !set.quiet.has(rule.id)),
);

for (const [who, name, requests] of [...DAYS, ...PLATFORM_DAYS]) {
  test(`${who} raises nothing on a normal day`, () => {
    const alerts = requests.flatMap(request => alertsOf(name, request).map(title => `${request.verb}: ${title}`));
    expect(alerts).toEqual([]);
  });
}

for (const [who, name, requests] of BUSY_DAYS) {
  test(`${who} raises nothing above low on a busy day`, () => {
    const alerts = requests.flatMap(request =>
      alertsOf(name, request, 'medium').map(title => `${request.verb}: ${title}`),
    );
    expect(alerts).toEqual([]);
  });
}

test('the same requests of Argo CD by a stranger do alert, each', () => {
  const requests = DAYS.find(([who]) => who === 'Argo CD')?.[2] ?? [];
  const stranger = user('mallory', 'system:authenticated');
  expect(requests.filter(request => alertsOf(stranger, request).length === 0)).toEqual([]);
  expect(requests.length).toBeGreaterThan(0);
});

test('all of them together raise nothing that takes several requests, in three weeks', () => {
  const requests = [...DAYS, ...PLATFORM_DAYS, ...BUSY_DAYS].flatMap(([, name, own]) =>
    own.map(request => ({ name, request })),
  );
  const weeks = WEEKS.flatMap(week =>
    requests.map((one, i) => ({ ...one, at: BEGINNING + week * WEEK_MS + i * PAUSE_MS })),
  );
  const events = weeks.flatMap(({ name, request, at }) => eventsOf(name, request, new Date(at)));
  const programs = new Set(set.programs.map(({ rule }) => rule));
  const told = toldOf(set, events).filter(({ rule }) => programs.has(rule));
  expect(events.length).toBeGreaterThan(500);
  expect(told.map(({ rule, message }) => `${rule.title}: ${message}`)).toEqual([]);
});

const WEEKS = [0, 1, 2];
const WEEK_MS = 604_800_000;
const BEGINNING = Date.parse('2026-11-02T08:00:00Z');
const PAUSE_MS = 1_000;

const alertsOf = (name: object, request: Request, level: Level = 'low'): readonly string[] =>
  eventsOf(name, request)
    .flatMap(event => engine.match(event))
    .filter(({ rule }) => atLeast(rule.level, level))
    .map(({ rule }) => rule.title);

function eventsOf(
  name: object,
  { verb, object, uri, body, code = 200, from = ['10.0.0.7'] }: Request,
  at = new Date(BEGINNING),
): readonly Event[] {
  return normalized(
    auditEvent({
      auditID: `${at.getTime()}`,
      level: body === undefined ? 'Metadata' : 'Request',
      verb,
      user: name,
      objectRef: object,
      requestURI: uri ?? `/api/v1/${JSON.stringify(object)}`,
      requestObject: body,
      responseStatus: { metadata: {}, code },
      sourceIPs: from,
      requestReceivedTimestamp: at.toISOString(),
      stageTimestamp: at.toISOString(),
      ...(code === 403 ? { annotations: { 'authorization.k8s.io/decision': 'forbid' } } : {}),
    }),
  ).events;
}
