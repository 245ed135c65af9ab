import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { integration } from '../services/integration.ts';
import { keywarden } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { inventory, lag, produce } from '../services/topics.ts';
import { auditEvent } from '../unit/normalize/support.ts';

const rule = (verbs: string): string => `title: Pods touched
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: [${verbs}], objectRef.resource: pods }, condition: s }
`;

function rulesFile(verbs: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'keywarden-backtest-')), 'r.yml');
  writeFileSync(file, rule(verbs));
  return file;
}

const event = (verb: string, n: number): string => JSON.stringify(auditEvent({ auditID: `${verb}-${n}`, verb }));

type Answer = {
  readonly events: number;
  readonly rules: readonly {
    readonly new: number;
    readonly gone: number;
    readonly same: number;
    readonly samples: object;
  }[];
};

integration('candidates are compared on what Kafka holds of a time, and nothing is left behind', async () => {
  const rig = await newRig();
  const config = rig.config();
  const [current, candidates] = [rulesFile('get, list'), rulesFile('get, watch')];
  await produce(rig.audit, [event('get', 1), event('get', 2), event('list', 3), 'no event'], 0);
  await produce(rig.audit, [event('watch', 4), event('delete', 5)], 2);
  const before = await inventory();
  const backtest = async (...range: string[]) => {
    const args = ['--rules', candidates, '--against', current, '--config', config, '--format', 'json', ...range];
    const { code, stdout, stderr } = await keywarden(['rules', 'backtest', ...args]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 rules instead of 1')]);
    return JSON.parse(stdout) as Answer;
  };

  const now = await backtest('--from', '1h');
  expect(now).toMatchObject({
    events: 5,
    rules: [
      {
        new: 1,
        gone: 1,
        same: 2,
        samples: {
          new: [{ origin: { topic: rig.audit, partition: 2, offset: 0 } }],
          gone: [{ origin: { topic: rig.audit, partition: 0, offset: 2 } }],
        },
      },
    ],
  });
  expect(await backtest('--from', '2020-01-01', '--to', '2020-01-02')).toMatchObject({ events: 0 });

  const explained = await keywarden([
    'rules',
    'explain',
    'Pods',
    `${rig.audit}/0@2`,
    '--rules',
    candidates,
    '--config',
    config,
  ]);
  expect([explained.code, explained.stdout]).toEqual([
    0,
    expect.stringContaining('because s does not hold: verb is "list"'),
  ]);

  expect(await inventory()).toEqual(before);
  expect(await lag(rig.group, rig.audit)).toEqual({ left: 6, total: 6 });
});

integration('a topic that is not there is named, not made', async () => {
  const rig = await newRig();
  const config = rig.config(undefined, {}, { kafka: undefined });
  const before = await inventory();
  const missing = await keywarden(
    ['rules', 'backtest', '--rules', rulesFile('get'), '--config', config, '--from', '1h'],
    { KEYWARDEN_KAFKA__BROKERS: process.env['KAFKA_BROKERS'] ?? '' },
  );
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('Kafka shows no topic kubernetes-audit')]);
  expect((await inventory()).topics).toEqual(before.topics);
});
