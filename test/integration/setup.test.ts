import { expect } from '@jest/globals';
import { integration } from '../services/integration.ts';
import { keywarden } from '../services/keywarden.ts';
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
  const { code, stderr } = await keywarden(['run', '--config', rig.config(undefined, {})], {
    KEYWARDEN_ELASTICSEARCH__NAMESPACE: 'nobody',
  });
  expect(code).toBe(2);
  expect(stderr).toContain('run "keywarden setup" once');
});
