import { expect } from '@jest/globals';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/load.ts';
import { createClient } from '../../src/deliver/elasticsearch/client.ts';
import { storiesOf } from '../../src/detect/story.ts';
import type { Alert } from '../../src/model/alert.ts';
import { elasticsearchConnection } from '../../src/pipeline/connections.ts';
import { storyKeepingOf } from '../../src/pipeline/story.ts';
import { auditRecord } from '../services/events.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, type Running, start } from '../services/keywarden.ts';
import { expectCounted, matches, RULE_FILE } from '../services/matches.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { allCommitted, allRead, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const MORE = { rules: [RULE_FILE] };
const SPAN = { spanMs: 3_600_000 };
let read = 0;

/** Somebody lists something, so many minutes after midnight. */
function listed(username: string, address: string, minute: number): string {
  const at = new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString();
  read += 1;
  const event = JSON.parse(auditRecord(read)) as object;
  const user = { username };
  return JSON.stringify({ ...event, user, sourceIPs: [address], requestReceivedTimestamp: at, stageTimestamp: at });
}

const assigned = ({ log }: Running): number => log().split('signals assigned').length - 1;

const alertsOf = async (rig: Rig): Promise<readonly Alert[]> =>
  (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source);

const linesOf = (stdout: string): readonly Alert[] =>
  stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Alert]));

/** Who is of one story with whom: `alice bob | carol`, users in the order of their names. */
const told = (alerts: readonly Alert[]): string =>
  [...Map.groupBy(alerts, ({ keywarden: { alert } }) => alert.story).values()]
    .map(some => some.map(({ user }) => user?.name ?? '').sort())
    .sort((a, b) => (a.join() < b.join() ? -1 : 1))
    .map(names => names.join(' '))
    .join(' | ');

integration('alerts get their stories, which all commands tell alike; what links two later corrects them', async () => {
  const rig = await newRig();
  const config = rig.config(undefined, {}, MORE);
  const command = (...args: string[]) => keywarden([...args, '--config', config]);
  const stories = (expected: string, log: () => string) =>
    eventually(
      async () => {
        const alerts = await alertsOf(rig);
        return alerts.every(({ keywarden }) => keywarden.alert.story !== undefined) && told(alerts) === expected;
      },
      log,
      30_000,
    );
  const first = start(['run', '--config', config]);
  await produce(
    rig.audit,
    [listed('alice', '10.0.0.1', 0), listed('bob', '10.0.0.2', 1), listed('carol', '10.0.0.3', 2)],
    0,
  );
  await stories('alice | bob | carol', first.log);
  const before = new Map((await alertsOf(rig)).map(alert => [alert.user?.name, alert]));
  const [alice, bob] = ['alice', 'bob'].map(name => before.get(name)?.event.id ?? '') as [string, string];
  expect((await command('alerts', 'acknowledge', alice, '--by', 'ann', '--note', 'I look')).code).toBe(0);
  expect((await command('alerts', 'close', bob, '--by', 'ann', '--reason', 'benign')).code).toBe(0);
  expect(await stopped(first)).toMatchObject({ storiesWritten: 3, storyConflicts: 0, storiesRefused: 0 });

  const second = start(['run', '--config', config]);
  await produce(rig.audit, [listed('alice', '10.0.0.2', 20)], 0);
  await stories('alice alice bob | carol', second.log);
  const after = await alertsOf(rig);
  const story = before.get('alice')?.keywarden.alert.story;
  expect(after.find(({ event }) => event.id === bob)?.keywarden.alert).toMatchObject({
    ...{ story, status: 'closed', by: 'ann', reason: 'benign', count: 1 },
  });
  expect(after.find(({ event }) => event.id === alice)?.keywarden.alert).toMatchObject({
    ...{ story, status: 'acknowledged', note: 'I look' },
  });
  // The state of the alert itself is none that anybody has to be told of again.
  expect(after.find(({ event }) => event.id === bob)?.event.ingested).toBe(before.get('bob')?.event.ingested);

  const members = after.filter(({ keywarden: { alert } }) => alert.story === story).map(({ event }) => event.id);
  const asked = linesOf((await command('alerts', 'story', bob, '--format', 'jsonl')).stdout);
  expect(asked.map(({ keywarden: { alert } }) => alert.story)).toEqual([story, story, story]);
  expect(asked.map(({ user }) => user?.name)).toEqual(['alice', 'bob', 'alice']);
  const listedOf = async (...args: string[]) =>
    linesOf((await command('alerts', 'list', '--status', 'all', '--format', 'jsonl', ...args)).stdout);
  expect((await listedOf('--story', story?.slice(0, 10) ?? '')).map(({ event }) => event.id).sort()).toEqual(
    members.sort(),
  );
  expect(await listedOf()).toHaveLength(4);
  const table = (await command('alerts', 'list')).stdout;
  expect(table.match(/story .*? alerts/g)).toEqual([`story ${story?.slice(0, 10)}, 3 alerts`]);
  expect((await command('alerts', 'show', alice)).stdout).toMatch(
    new RegExp(`^story +${story?.slice(0, 10)}, 3 alerts$`, 'm'),
  );
  const parted = linesOf((await command('alerts', 'story', alice, '--story', '1s', '--format', 'jsonl')).stdout);
  expect(parted.map(({ event }) => event.id)).toEqual([alice]);
  const tail = start(['tail', '-n', '4', '--config', config]);
  await eventually(async () => tail.output().includes(`story ${story?.slice(0, 10)}`), tail.log);
  await stopped(second);
});

integration(
  'who raises alerts and who writes their stories at the same moment take nothing from each other',
  async () => {
    const rig = await newRig();
    const file = rig.config(undefined, {}, MORE);
    const config = loadConfig(file, {});
    const client = createClient(elasticsearchConnection(config));
    const always = () => true;
    const keeper = () => storyKeepingOf(config, client, () => false, always, pino({ level: 'silent' }));
    const first = start(['run', '--config', file]);
    await eventually(async () => assigned(first) === 1, first.log);
    const second = start(['run', '--config', file]);
    // What is on its way while partitions are given away is another test's.
    await eventually(async () => assigned(first) > 1 && assigned(second) > 0, second.log);
    const keeping = keeper();
    const done = new AbortController();
    const { signal } = new AbortController();
    const keep = async (): Promise<void> => {
      // All that links is now shared and now not, so that each look has something to write.
      for (let isShared = true; !done.signal.aborted; isShared = !isShared) {
        keeping.use(() => isShared);
        await keeping.look(signal);
      }
    };
    const kept = keep();
    let sent = 0;
    // It is chance when both write the same alert at once.
    while (sent < 1_400 || (keeping.counts.storyConflicts === 0 && sent < 14_000)) {
      await produce(rig.audit, matches(70, sent), 0);
      await produce(rig.audit, matches(70, sent + 70), 1);
      sent += 140;
      await allRead(rig, first);
    }
    await allCommitted(rig, first);
    done.abort();
    await kept;
    expect(keeping.counts.storyConflicts).toBeGreaterThan(0);
    for (const process of [first, second]) await stopped(process);
    const alerts = await expectCounted(rig, sent);

    const after = keeper();
    await eventually(
      async () => {
        const { storiesWritten } = after.counts;
        await documents(rig.indices.alerts);
        await after.look(signal);
        return after.counts.storiesWritten === storiesWritten;
      },
      () => JSON.stringify(after.counts),
    );
    const stories = (await alertsOf(rig)).map(({ event, keywarden: { alert } }) => [event.id, alert.story] as const);
    expect(new Map(stories)).toEqual(storiesOf(alerts, SPAN));
    await client.close();
  },
);
