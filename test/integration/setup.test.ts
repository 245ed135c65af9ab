import { expect } from '@jest/globals';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';

integration('a second setup changes nothing and says so', async () => {
  const rig = await newRig();
  const { code, stdout } = await keywarden(['setup', '--config', rig.config()]);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .filter(line => !line.startsWith('unchanged')),
  ).toEqual([]);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('nothing to do: all is set up');
});

integration('run says that setup is missing', async () => {
  const rig = await newRig();
  const { code, stderr } = await keywarden(['run', '--config', rig.config()], {
    KEYWARDEN_ELASTICSEARCH__NAMESPACE: 'nobody',
  });
  expect(code).toBe(2);
  expect(stderr).toContain('run "keywarden setup" once');
});

integration('run names a topic that is not there', async () => {
  const rig = await newRig();
  const { code, stderr } = await keywarden(['run', '--config', rig.config()], { KEYWARDEN_KAFKA__TOPICS: 'nobody' });
  expect(code).toBe(2);
  expect(stderr).toContain('Kafka lacks one of the topics nobody; run "keywarden setup" once');
});

integration('replay names a topic that is not there, and makes none', async () => {
  const rig = await newRig();
  const args = ['replay', 'deploy/sample/etcd.jsonl', '--topic', 'nobody', '--config', rig.config()];
  for (const _ of [1, 2]) {
    const { code, stderr } = await keywarden(args);
    expect(code).toBe(2);
    expect(stderr).toContain('Kafka shows no topic nobody; create it first');
  }
});

integration('run ends with 0 on SIGTERM also while Elasticsearch is away', async () => {
  const rig = await newRig();
  const running = start(['run', '--config', rig.config('http://127.0.0.1:1')]);
  await eventually(async () => running.log().includes('waiting for Elasticsearch'), running.log);
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});
