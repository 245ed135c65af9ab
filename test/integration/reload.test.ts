import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { auditRecords } from '../services/events.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted, expectAccount, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const rule = (title: string): string => `title: ${title}
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: kubernetes }
detection: { a: { verb: list }, condition: a }
keywarden: { suppress: 0s, group: [kubernetes.audit.auditID] }
`;

integration(
  'rules that change while events come in: a broken one changes nothing, the next does, no event is lost',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keywarden-rules-'));
    const write = (text: string): void => writeFileSync(join(folder, 'rule.yml'), text);
    write(rule('first'));
    const rig = await newRig();
    const settings = { rules: [folder], reloadEvery: 0 };
    const running = start(['run', '--config', rig.config(undefined, {}, settings)]);
    await eventually(async () => running.log().includes('"msg":"reading"'), running.log);
    await produce(rig.audit, auditRecords(10, 0));
    await eventually(async () => (await documents(rig.indices.alerts)).length === 10, running.log);

    write('title: [\n');
    running.kill('SIGHUP');
    await eventually(async () => running.log().includes('changed rules refused'), running.log);
    await produce(rig.audit, auditRecords(10, 10));
    await eventually(async () => (await documents(rig.indices.alerts)).length === 20, running.log);

    write(rule('second'));
    running.kill('SIGHUP');
    await eventually(async () => running.log().split('"msg":"rules in force"').length === 3, running.log);
    await produce(rig.audit, auditRecords(10, 20));
    await allCommitted(rig, running);
    await stopped(running);

    await expectAccount(rig, 30);
    const alerts = await documents<Alert>(rig.indices.alerts);
    const titles = Map.groupBy(alerts, ({ _source }) => _source.rule.name);
    expect([...titles].map(([title, { length }]) => `${title}: ${length}`).sort()).toEqual(['first: 20', 'second: 10']);
  },
);
