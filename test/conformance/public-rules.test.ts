import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { loadRules, type RuleSet } from '../../src/pipeline/rules.ts';
import { normalized } from '../unit/normalize/support.ts';
import { FITTING, NEARLY_MATCHING, NEVER_MATCHING } from './public-events.ts';

/** The ids of the rules that hold on a record. */
function holding({ rules }: RuleSet, record: object): readonly string[] {
  const [event] = normalized(record).events;
  return event === undefined
    ? []
    : createEngine(rules)
        .match(event)
        .map(({ rule }) => rule.id);
}

const load = (folder: string): RuleSet => loadRules({ rules: [folder], lists: undefined, now: new Date('2026-11-24') });

const PUBLIC = process.env['SIGMA_RULES'];

/** Their text is not ours to ship: SIGMA_RULES names a folder with a copy of rules/application/kubernetes/audit of SigmaHQ/sigma. */
(PUBLIC === undefined ? describe.skip : describe)('SigmaHQ’s rules, in the folder that SIGMA_RULES names', () => {
  const set = PUBLIC === undefined ? undefined : load(PUBLIC);

  test('all load as they are', () => {
    expect(set?.faults).toEqual([]);
    expect(set?.rules.map(({ rule }) => rule.id).sort()).toEqual([...Object.keys(FITTING), NEVER_MATCHING].sort());
  });

  for (const [id, record] of Object.entries(FITTING)) {
    test(`${id} fires`, () => expect(set && holding(set, record)).toContain(id));
  }

  test(`${NEVER_MATCHING} compares a status code with ALLOW and never fires`, () => {
    for (const record of [NEARLY_MATCHING, ...Object.values(FITTING)]) {
      expect(set && holding(set, record)).not.toContain(NEVER_MATCHING);
    }
  });
});

/** Own rules that use the names and constructs of the public ones, each under the id of an event that it has to find. */
const OWN: Readonly<Record<string, string>> = {
  'eed82177-38f5-4299-8a76-098d50d225ab':
    's: { objectRef.apiGroup: admissionregistration.k8s.io, objectRef.resource: [validatingwebhookconfigurations, mutatingwebhookconfigurations], verb: [patch, replace] }',
  '402b955c-8fe0-4a8c-b635-622b4ac5f902': "s: { objectRef.resource: pods, verb: create, hostPath: '*' }",
  'c5cd1b20-36bb-488d-8c05-486be3d0cb97': "s: { objectRef.resource: pods, verb: create, capabilities: '*' }",
  '84b777bd-c946-4d17-aa2e-c39f5a454325': 's: { apiGroup: authorization.k8s.io, verb: create }',
  'ad9012a6-e518-4432-9890-f3b82b8fc71f': 's: { apiGroup: apps, objectRef.resource: deployments, verb: patch }',
  'a1b0ca4e-7835-413e-8471-3ff2b8a66be6': "s: { objectRef.resource: 'pods', objectRef.subresource: 'exec' }",
  '0d933542-1f1f-420d-97d4-21b2c3c492d9': 's: { responseStatus.code: [401, 403] }',
};

const never =
  's: { requestURI|contains: ["%2fbin%2fsh", /bin/sh] }\n  t: { userAgent|contains: trufflehog }\n  u: { responseStatus.code: ALLOW }';

describe('own rules with the names and constructs of the public ones', () => {
  const texts = [
    ...Object.entries(OWN).map(([id, detection]) => ruleText(id, `${detection}\n  condition: s`)),
    ruleText(NEVER_MATCHING, `${never}\n  condition: (s or t) and u`),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-public-'));
  writeFileSync(join(folder, 'rules.yml'), texts.join('---\n'));
  const set = load(folder);
  rmSync(folder, { recursive: true });

  test('all load', () => {
    expect(set.faults).toEqual([]);
    expect(set.rules).toHaveLength(texts.length);
  });
  for (const id of Object.keys(OWN)) {
    test(`one finds what ${id} finds`, () => expect(holding(set, FITTING[id] ?? {})).toContain(id));
  }
  test('one that compares a status code with ALLOW finds nothing', () => {
    expect(holding(set, NEARLY_MATCHING)).not.toContain(NEVER_MATCHING);
  });
});

function ruleText(id: string, detection: string): string {
  return `title: Rule ${id}
id: ${id}
logsource: { category: application, product: kubernetes, service: audit }
detection:
  ${detection}
level: low
`;
}
