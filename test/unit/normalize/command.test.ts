import { expect, test } from '@jest/globals';
import { safeCommand } from '../../../src/normalize/redact/command.ts';
import { REDACTED } from '../../../src/normalize/redact/marker.ts';
import { safeText } from '../../../src/normalize/redact/text.ts';

const cut: [args: string[], safe: string[]][] = [
  [
    ['tool', '--password', 'x1'],
    ['tool', '--password', REDACTED],
  ],
  [
    ['tool', '--db-password=x1', '--verbose'],
    ['tool', `--db-password=${REDACTED}`, '--verbose'],
  ],
  [
    ['/usr/bin/mysql', '-uroot', '-px1'],
    ['/usr/bin/mysql', '-uroot', `-p${REDACTED}`],
  ],
  [
    ['sh', '-c', "TOKEN='x 1'  run"],
    ['sh', '-c', `TOKEN=${REDACTED}  run`],
  ],
  [
    ['curl', '-u', 'a:x1'],
    ['curl', '-u', REDACTED],
  ],
  [['curl https://a:x1@db/p'], [`curl https://a:${REDACTED}@db/p`]],
];
for (const [args, safe] of cut) {
  test(`cut: ${args.join(' ')}`, () => expect(safeCommand(args)).toEqual(safe));
}

const kept: string[][] = [
  ['cat', '/var/run/secrets/kubernetes.io/serviceaccount/token'],
  [
    'sh',
    '-c',
    'curl -H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" https://api',
  ],
  ['sh', '-c', 'mysql -p$MYSQL_PASSWORD'],
  ['tool', '--token', '$TOKEN'],
  ['tool', '--token-file', '/run/token', '--password-stdin'],
  ['kubectl', 'get', 'secret', 'db', '-o', 'yaml'],
  ['tar', '-p', '-c', '/etc'],
  ['etcdctl', 'get', '/registry/secrets', '--prefix', '--keys-only'],
];
for (const args of kept) {
  test(`kept: ${args.join(' ')}`, () => expect(safeCommand(args)).toBe(args));
}

const hostile: [name: string, text: string][] = [
  ['names that never end', 'token-'.repeat(200_000)],
  ['beginnings of JSON web tokens', 'eyJ'.repeat(400_000)],
  ['beginnings of addresses', 'a://'.repeat(300_000)],
  ['spaces behind a scheme', `bearer${' '.repeat(1_000_000)}`],
  ['quotations that never end', 'token="'.repeat(150_000)],
];
for (const [name, text] of hostile) {
  test(`a megabyte of ${name} takes time in proportion to its length`, () => {
    expect(safeText(text).length).toBeGreaterThan(0);
    expect(safeCommand(['sh', '-c', text])).toHaveLength(3);
  });
}
