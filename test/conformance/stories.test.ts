import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { storiesOf } from '../../src/detect/story.ts';
import { findSources } from '../../src/ingest/files.ts';
import type { Alert } from '../../src/model/alert.ts';
import { normalizeSettings } from '../../src/normalize/settings.ts';
import { hunt } from '../../src/pipeline/hunt.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { sharedLinks } from '../../src/pipeline/shared-links.ts';

// All shipped rules are compiled and the whole recording is read, on a machine that may be busy.
jest.setTimeout(60_000);

const NOW = new Date('2026-11-24T00:00:00Z');
const sample = (name: string): string => fileURLToPath(new URL(`../../deploy/sample/${name}`, import.meta.url));

const SET = loadRules({ rules: undefined, lists: undefined, now: NOW });
const OPTIONS = { spanMs: 3_600_000, isShared: sharedLinks(SET.lists, NOW) };

async function huntOf(names: readonly string[]): Promise<readonly Alert[]> {
  const { rules, programs, quiet } = SET;
  const alerts: Alert[] = [];
  await hunt(
    await findSources(names.map(sample)),
    {
      engine: createEngine(rules),
      programs,
      quiet,
      settings: normalizeSettings('keywarden', () => NOW.getTime()),
      input: 'audit',
      unit: 'request',
      cluster: undefined,
      order: 'time',
      stories: OPTIONS,
    },
    { alert: alert => alerts.push(alert), deadLetter: () => {}, progress: () => {} },
  );
  return alerts;
}

/** Who went around the API server in the recording: by that address, with that certificate. */
const isIntruder = ({ source, user, etcd }: Alert): boolean =>
  source?.ip === '127.0.0.2' || user?.name === 'intruder' || etcd?.client?.common_name === 'intruder';

test('the recorded attack on etcd is one story, and nobody else is in it', async () => {
  const alerts = await huntOf(['kube-apiserver-audit.jsonl', 'etcd.jsonl']);
  const stories = [...Map.groupBy(alerts, ({ keywarden }) => keywarden.alert.story).values()];
  const attacks = stories.filter(alerts => alerts.some(isIntruder));
  expect(attacks).toHaveLength(1);
  expect(attacks[0]?.every(isIntruder)).toBe(true);
  const unexplained = attacks[0]?.filter(({ rule }) => rule.name.endsWith('without an API request')) ?? [];
  expect(unexplained.map(({ etcd }) => etcd?.key).sort()).toEqual([
    '/registry/clusterrolebindings/backdoor',
    '/registry/events',
    '/registry/secrets/dev/app-secret',
    '/registry/secrets/dev/app-secret',
  ]);
  const users = stories.map(alerts => new Set(alerts.flatMap(({ user }) => user?.name ?? [])));
  expect(users.filter(names => names.has('alice') || names.has('kubernetes-admin'))).toEqual([
    new Set(['alice']),
    new Set(['kubernetes-admin']),
  ]);
});

test('alerts of files have the stories that those of an installation get, which are known all at once', async () => {
  const alerts = (await huntOf(['kube-apiserver-audit.jsonl', 'etcd.jsonl'])).toReversed();
  const told = new Map(alerts.map(({ event, keywarden }) => [event.id, keywarden.alert.story]));
  expect(told).toEqual(storiesOf(alerts, OPTIONS));
});
