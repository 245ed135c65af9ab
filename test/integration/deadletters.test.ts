import { hash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { EcsDocument } from '../../src/model/event.ts';
import { count, documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { consume, lag, produce } from '../services/topics.ts';

const POISON = '{"kind":"Secret","data":{"password":"c3dvcmRmaXNo"}';
/** An etcd line has no identity but its bytes and its place. */
const GOOD = '{"level":"info","ts":"2026-11-23T05:13:03.076Z","msg":"a line"}';

type Listed = {
  readonly origin: object;
  readonly sealed: boolean;
  readonly letter: { readonly topic: string; readonly partition: number; readonly offset: number };
};

integration('a poison record is sealed, listed, opened and replayed, and stays one of its origin', async () => {
  const rig = await newRig();
  const identity = await generateX25519Identity();
  const identityFile = join(mkdtempSync(join(tmpdir(), 'keywarden-age-')), 'identity.txt');
  writeFileSync(identityFile, `${identity}\n`);
  const config = rig.config(undefined, {}, { deadLetters: { recipients: [await identityToRecipient(identity)] } });
  const deadletters = (...args: string[]) => keywarden(['deadletters', ...args, '--config', config]);
  const list = async (...args: string[]): Promise<readonly Listed[]> => {
    const { stdout } = await deadletters('list', '--format', 'jsonl', ...args);
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Listed);
  };
  await produce(rig.audit, [POISON], 1);
  const running = start(['run', '--config', config]);
  expect((await consume(rig.deadLetters, 1)).join()).not.toContain('c3dvcmRmaXNo');

  const origin = { topic: rig.audit, partition: 1, offset: 0 };
  const [listed] = await list();
  expect(listed).toMatchObject({ origin, sealed: true });
  const { topic = '', partition = 0, offset = 0 } = listed?.letter ?? {};
  const shown = await deadletters('show', `${topic}/${partition}@${offset}`, '--identity', identityFile, '--raw');
  expect([shown.code, shown.stdout]).toEqual([0, POISON]);

  const dry = await deadletters('replay', '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('1 records could be replayed')]);
  const opened = await deadletters('replay', '--identity', identityFile);
  expect([opened.code, opened.stdout]).toEqual([0, expect.stringContaining('1 from their sealed bytes')]);
  await eventually(async () => (await list('--all')).length === 2, running.log);
  const reread = await deadletters('replay');
  expect([reread.code, reread.stdout]).toEqual([0, expect.stringContaining('1 read again at their source')]);
  await eventually(async () => (await list('--all')).length === 3, running.log);
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  expect((await list('--all')).map(letter => letter.origin)).toEqual([origin, origin, origin]);
  expect((await list()).map(letter => letter.origin)).toEqual([origin]);
});

integration(
  'a record that is replayed twice is one document with its first place; one that is gone is named',
  async () => {
    const rig = await newRig();
    const config = rig.config();
    const letter = (offset: number): string =>
      JSON.stringify({
        '@timestamp': '2026-11-23T05:13:04.000Z',
        stage: 'normalize',
        reason: 'mended since',
        origin: { topic: rig.etcd, partition: 0, offset },
        sha256: hash('sha256', GOOD, 'hex'),
        size: GOOD.length,
      });
    await produce(rig.etcd, [GOOD], 0);
    await produce(rig.deadLetters, [letter(0), letter(999)]);
    const running = start(['run', '--config', config]);
    await eventually(async () => (await count(rig.indices.etcd)) === 1, running.log);
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await keywarden(['deadletters', 'replay', '--config', config]);
      expect([code, stdout.split('\n')[0]]).toEqual([
        1,
        '1 records replayed: 0 from their sealed bytes, 1 read again at their source',
      ]);
      expect(stderr).toContain(`${rig.etcd}/0@999: no longer in the topic`);
    }
    await eventually(async () => {
      const { left, total } = await lag(rig.group, rig.etcd);
      return total === 3 && left === 0;
    }, running.log);
    running.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    const found = await documents<EcsDocument>(rig.indices.etcd);
    expect(found.map(({ _source }) => _source.keywarden.origin)).toEqual([
      { topic: rig.etcd, partition: 0, offset: 0 },
    ]);
  },
);
