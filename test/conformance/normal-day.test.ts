import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { atLeast, type Level } from '../../src/model/alert.ts';

import { loadRules } from '../../src/pipeline/rules.ts';
import { DAYS, type Request, user } from '../fixtures/normal-day.ts';
import { BUSY_DAYS, PLATFORM_DAYS } from '../fixtures/normal-day-platforms.ts';
import { auditEvent, normalized } from '../unit/normalize/support.ts';

/** All that speak of the API server. */
const { rules } = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-24') });
const engine = createEngine(rules.filter(({ rule }) => /^a\d\d-/.test(basename(rule.file))));

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

function alertsOf(
  name: object,
  { verb, object, uri, body, code = 200, from = ['10.0.0.7'] }: Request,
  level: Level = 'low',
): readonly string[] {
  const { events } = normalized(
    auditEvent({
      level: body === undefined ? 'Metadata' : 'Request',
      verb,
      user: name,
      objectRef: object,
      requestURI: uri ?? '/api/v1/x',
      requestObject: body,
      responseStatus: { metadata: {}, code },
      sourceIPs: from,
      ...(code === 403 ? { annotations: { 'authorization.k8s.io/decision': 'forbid' } } : {}),
    }),
  );
  return events
    .flatMap(event => engine.match(event))
    .filter(({ rule }) => atLeast(rule.level, level))
    .map(({ rule }) => rule.title);
}
