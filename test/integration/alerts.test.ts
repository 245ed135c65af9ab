import { writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { auditRecord } from '../services/events.ts';
import { block, create, documents, remove, rollOver, update } from '../services/index.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { expectCounted, matches, RULE_FILE } from '../services/matches.ts';
import { uniqueName } from '../services/names.ts';
import { faultyProxy } from '../services/proxy.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { allCommitted, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const MORE = { rules: [RULE_FILE] };

const linesOf = (stdout: string): Alert[] =>
  stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Alert);

/** A rig with `run` in it, and `keywarden` commands on it. */
async function running(more: object = {}) {
  const rig = await newRig();
  const config = rig.config(undefined, {}, { ...MORE, ...more });
  const process = start(['run', '--config', config]);
  const command = (...args: string[]) => keywarden([...args, '--config', config]);
  const list = async (...args: string[]) =>
    linesOf((await command('alerts', 'list', '--format', 'jsonl', ...args)).stdout);
  const feed = async (count: number, from: number): Promise<void> => {
    await produce(rig.audit, matches(count, from), 0);
    await allCommitted(rig, process);
    // A search sees what was written a second later.
    await documents(rig.indices.alerts);
  };
  return { rig, config, process, command, list, feed };
}

integration('alerts are listed, shown, acknowledged and closed, and matches go on around it', async () => {
  const { rig, process, command, list, feed } = await running();
  await feed(70, 0);
  const open = await list();
  expect(open.map(({ keywarden: { alert } }) => [alert.status, alert.count])).toEqual(
    Array.from({ length: 7 }, () => ['open', 10]),
  );
  expect(open.map(({ message }) => message).sort()[0]).toBe('user-0 listed configmaps');
  const [first, second] = open.map(({ event }) => event.id);
  if (first === undefined || second === undefined) throw new Error('no alerts');

  const table = await command('alerts', 'list', '--user', 'user-3');
  expect(table.stdout).toContain('user-3 listed configmaps ×10, last seen');
  expect(table.stdout.match(/listed configmaps/g)).toHaveLength(1);
  expect(await list('--level', 'high')).toEqual([]);
  expect(await list('--rule', 'LISTED some', '--limit', '2')).toHaveLength(2);
  expect(await list('--rule', 'listed*some')).toEqual([]);

  const shown = await command('alerts', 'show', first.slice(0, 10));
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('Look at the user.')]);
  expect(shown.stdout.match(/^event {7}/gm)).toHaveLength(10);
  expect(shown.stdout).toContain('request     /api/v1/namespaces/default/configmaps');

  const acknowledged = await command('alerts', 'acknowledge', first.slice(0, 12), '--by', 'alice', '--note', 'I look');
  expect([acknowledged.code, acknowledged.stdout]).toEqual([0, `${first} acknowledged\n`]);
  const closed = await command('alerts', 'close', second, '--by', 'bob', '--reason', 'benign');
  expect([closed.code, closed.stdout]).toEqual([0, `${second} closed\n`]);
  const again = await command('alerts', 'close', second, '--reason', 'benign');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`${second} was closed already by bob`)]);

  await feed(70, 70);
  const states = new Map((await list('--status', 'all')).map(alert => [alert.event.id, alert.keywarden.alert]));
  expect(states.get(first)).toMatchObject({ status: 'acknowledged', by: 'alice', note: 'I look', count: 20 });
  expect(states.get(first)?.history).toMatchObject([{ by: 'alice', status: 'acknowledged', note: 'I look' }]);
  expect(states.get(second)).toMatchObject({ status: 'closed', by: 'bob', reason: 'benign', count: 10 });
  const next = [...states.values()].filter(({ key }) => key === states.get(second)?.key);
  expect(next.map(({ status, count }) => [status, count]).sort()).toEqual([
    ['closed', 10],
    ['open', 10],
  ]);
  await expectCounted(rig, 140);
  await stopped(process);
});

integration('a restart goes on with the alerts that are there; what is read again is not counted again', async () => {
  const { rig, config, process, feed } = await running();
  await feed(70, 0);
  await stopped(process);
  const second = start(['run', '--config', config]);
  await produce(rig.audit, matches(70, 70), 0);
  await allCommitted(rig, second);
  await stopped(second);
  expect(await expectCounted(rig, 140)).toHaveLength(7);
  const anew = start(['run', '--config', config], { KEYWARDEN_KAFKA__GROUP_ID: uniqueName('g') });
  await eventually(async () => anew.log().includes('"records":140') || (await isQuiet(anew.log())), anew.log);
  await stopped(anew);
  expect(await expectCounted(rig, 140)).toHaveLength(7);
});

const isQuiet = async (log: string): Promise<boolean> => {
  const before = log.length;
  await new Promise(resolve => setTimeout(resolve, 8_000));
  return log.includes('partitions assigned') && log.length === before;
};

integration('records that are put back count only what was not counted before', async () => {
  const { rig, process, command, feed } = await running();
  const [one, two, three] = matches(3).map(text => JSON.parse(text) as Record<string, unknown>);
  const listOf = (...items: unknown[]) => JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items });
  await produce(rig.audit, [listOf(one, { kind: 'Event', apiVersion: 'audit.k8s.io/v1', verb: 7 }, two)], 0);
  await feed(1, 2);
  await expectCounted(rig, 3);
  for (const _ of [1, 2]) expect((await command('deadletters', 'replay')).stdout).toContain('1 records replayed');
  await allCommitted(rig, process);
  await expectCounted(rig, 3);
  expect(three).toBeDefined();
  await stopped(process);
});

integration('a silenced alert is kept and marked, and shown to nobody who does not ask', async () => {
  const file = `${RULE_FILE}.silences.yml`;
  writeFileSync(
    file,
    `silence: upgrade
owner: platform team
reason: user-1 upgrades
from: 2025-12-31T00:00:00Z
until: 2026-01-01T00:00:05Z
group: { user.name: user-1 }
`,
  );
  const { rig, process, list, feed } = await running({ silences: [file] });
  await feed(100, 0);
  expect(await list()).toHaveLength(7);
  const all = await list('--silenced', '--user', 'user-1');
  expect(all.map(({ keywarden: { alert } }) => alert.silenced?.owner)).toEqual([undefined, 'platform team']);
  await expectCounted(rig, 100);
  await stopped(process);
});

integration('tail tells alerts as they come, waits while Elasticsearch is away, and ends with 0', async () => {
  const { rig, process, feed } = await running();
  await feed(7, 0);
  // Somebody's clock is a day ahead.
  const [ahead] = await documents(rig.indices.alerts);
  if (ahead === undefined) throw new Error('no alert');
  await update(ahead._index, ahead._id, { event: { ingested: new Date(Date.now() + 86_400_000).toISOString() } });
  let isAway = false;
  const proxy = await faultyProxy(services.elasticsearch, { judge: () => (isAway ? 'throttle' : 'pass') });
  const tail = start(['tail', '--format', 'jsonl', '-n', '2', '--config', rig.config(proxy.address, {}, MORE)]);
  const told = () => linesOf(tail.output());
  await eventually(async () => told().length === 2, tail.log);
  isAway = true;
  await eventually(async () => tail.log().includes('does not answer'), tail.log);
  await feed(21, 1_000);
  isAway = false;
  await eventually(async () => told().length === 9, tail.log);
  expect(tail.log()).toContain('Elasticsearch is back');
  expect(new Set(told().map(({ event }) => event.id)).size).toBe(9);
  tail.kill('SIGINT');
  expect((await tail.ended).code).toBe(0);
  await proxy.close();
  await stopped(process);
});

integration('an alert index that was made read-only or deleted holds nothing up, and setup mends it', async () => {
  const { rig, process, command, list, feed } = await running();
  const { alerts } = rig.indices;
  await feed(7, 0);
  await rollOver(alerts);
  await block(`${alerts}-000001`);
  await feed(7, 7);
  expect((await list('--status', 'all')).map(({ keywarden: { alert } }) => alert.count)).toEqual(
    Array.from({ length: 14 }, () => 1),
  );
  await expectCounted(rig, 14);
  await remove(`${alerts}-000001,${alerts}-000002`);
  await produce(rig.audit, matches(7, 14), 0);
  await eventually(async () => process.log().includes('index_not_found_exception'), process.log);
  expect((await command('setup')).stdout).toContain(`alias ${alerts}`);
  await allCommitted(rig, process);
  await expectCounted(rig, 7);
  await stopped(process);
});

integration('setup gives an alert index of an older version the fields that came since', async () => {
  const rig: Rig = await newRig();
  const namespace = uniqueName('old');
  const alias = `keywarden-alerts-${namespace}`;
  await create(`${alias}-000001`, { aliases: { [alias]: { is_write_index: true } }, mappings: { dynamic: false } });
  const env = { KEYWARDEN_ELASTICSEARCH__NAMESPACE: namespace };
  const setup = () => keywarden(['setup', '--config', rig.config()], env);
  expect((await setup()).stdout).toContain(`updated    alert index ${alias}-000001`);
  expect((await setup()).stdout).toContain('nothing to do: all is set up');
});

integration('commands on alerts say what is wrong', async () => {
  const rig = await newRig();
  const command = (...args: string[]) => keywarden([...args, '--config', rig.config()]);
  await produce(rig.audit, [auditRecord(1)]);
  const none = await command('alerts', 'list');
  expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'no such alerts\n']);
  const wrong = await command('alerts', 'show', 'nothing');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('no alert has an id that begins with nothing'),
  ]);
  const why = await command('alerts', 'close', 'x');
  expect([why.code, why.stderr]).toEqual([2, expect.stringContaining("required option '--reason <reason>'")]);
  const away = await keywarden(['alerts', 'list', '--config', rig.config('http://127.0.0.1:1')]);
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('Elasticsearch does not answer as it should')]);
});
