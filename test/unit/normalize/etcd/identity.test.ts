import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { normalizedAll, normalizedAt, type Placed } from '../support.ts';

const START = Date.parse('2026-11-23T05:00:00Z');
/** A time in milliseconds after the start, fractions included. */
const time = (ms: number): string =>
  `${new Date(START + Math.floor(ms)).toISOString().slice(0, -1)}${String(Math.round((ms % 1) * 1_000)).padStart(3, '0')}Z`;

/** A first line, so that the log is known from then on. */
const first = { level: 'info', ts: time(0), msg: 'ready to serve client requests' };
const named = (ms: number, name: string, revision = 1): object => ({
  level: 'debug',
  ts: time(ms),
  msg: 'found command name',
  'common-name': name,
  'user-name': name,
  revision,
});
const gateway = (ms: number): object => ({
  ...named(ms, 'etcd-server'),
  level: 'warn',
  msg: 'ignoring common name in gRPC-gateway proxy request',
});
const other = (ms: number, msg: string): object => ({ level: 'debug', ts: time(ms), msg });
const request = (from: number, to: number, method = 'KV/Range', content = 'key:"/registry/a" ', size = 20): object => ({
  level: 'debug',
  ts: time(to),
  msg: 'request stats',
  'start time': time(from),
  'time spent': `${to - from}ms`,
  remote: '10.0.0.9:1',
  'response type': `/etcdserverpb.${method}`,
  'response size': size,
  'request content': content,
});
const apply = (ms: number, user: string, entry: string, expected = '1ns'): object => ({
  level: 'warn',
  ts: time(ms),
  msg: 'apply request took too long',
  took: '1ms',
  'expected-duration': expected,
  prefix: '',
  request: `header:<ID:7 ${user === '' ? '' : `username:"${user}" auth_revision:1 `}> ${entry}`,
});

/** Whose each request of the lines is. */
const names = (lines: readonly object[]): readonly (string | undefined)[] =>
  normalizedAll([first, ...lines]).events.flatMap(({ document: { etcd } }) =>
    etcd?.line === 'request' ? [etcd.client?.common_name] : [],
  );

const PUT = ['KV/Put', 'key:"/registry/a" value_size:4 '] as const;
const PUT_ENTRY = 'put:<key:"/registry/a" value_size:4 >';
const intervals: [name: string, lines: object[], expected: (string | undefined)[]][] = [
  ['a name within the request', [named(1.05, 'a'), request(1, 2)], ['a']],
  ['a name before the request', [named(0.9, 'a'), request(1, 2)], [undefined]],
  ['no name at all', [request(1, 2)], [undefined]],
  ['the same name twice', [named(1.1, 'a'), named(1.2, 'a'), request(1, 2), request(1.1, 2)], ['a', 'a']],
  ['two names', [named(1.1, 'a'), named(1.2, 'b'), request(1, 2), request(1.1, 3)], [undefined, undefined]],
  ['a name of nobody', [named(1.1, 'a'), gateway(1.2), request(1, 2)], [undefined]],
  ['a certificate without a name', [named(1.1, ''), request(1, 2)], [undefined]],
  ['a request within another', [named(1, 'a'), named(3, 'b'), request(2, 4), request(1, 5)], ['b', undefined]],
  ['a name is of one request', [named(2, 'a'), request(1, 3), request(1, 4)], ['a', undefined]],
  ['a call that asks for no name', [named(1.1, 'a'), request(1, 2, 'Cluster/MemberList', '', -1)], [undefined]],
  ['a call with no answer to size up', [named(1.1, 'a'), request(1, 2, 'Cluster/MemberAdd', '', -1)], ['a']],
  ['the same among others', [named(1.1, 'a'), named(1.2, 'a'), request(1, 2, 'Lease/LeaseGrant', '', -1)], [undefined]],
  ['a time-out', [named(1.1, 'a'), request(1, 7_001, 'KV/Range', 'key:"a" ', 0)], [undefined]],
  ['a request from before the first line', [named(1.1, 'a'), request(-1, 2)], [undefined]],
  ['a clock that went back', [named(5_000, 'a'), named(1, 'a'), request(0.5, 2)], [undefined]],
  ['a clock that went back, later', [named(5_000, 'b'), named(1, 'a'), named(3, 'a'), request(2, 4)], ['a']],
  ['lines a little out of order', [named(1.3, 'a'), other(1.2, 'x'), request(1, 2)], ['a']],
  ['a request that ends before it begins', [named(1, 'a'), request(9, 2)], [undefined]],
  ['users that are older than the log', [named(1.1, 'a', 9), request(1, 2)], [undefined]],
  [
    'users that are new',
    [named(1.1, 'a'), other(1.3, 'enabled authentication'), named(2.1, 'a', 9), request(2, 3)],
    ['a'],
  ],
  [
    'tokens, until authentication is off',
    [
      named(1.1, 'a'),
      other(1.3, 'authenticated a user'),
      named(2.1, 'a', 9),
      request(2, 3),
      other(4, 'disabled authentication'),
      named(5.1, 'a', 9),
      request(5, 6),
    ],
    [undefined, 'a'],
  ],
  [
    'a listener without TLS',
    [other(0.5, 'serving client traffic insecurely; this is strongly discouraged!'), named(1.1, 'a'), request(1, 2)],
    [undefined],
  ],
  [
    'after a client without a name, for an hour',
    [
      named(1.1, 'a'),
      request(1, 2),
      request(3, 4),
      named(5.1, 'a'),
      request(5, 6),
      named(3_700_000.1, 'a'),
      request(3_700_000, 3_700_001),
    ],
    ['a', undefined, undefined, 'a'],
  ],
  [
    'where etcd dropped names',
    [...Array.from({ length: 100 }, (_, i) => named(1 + i / 1_000, 'a')), request(1, 2), named(1_500, 'a')].concat(
      request(1_499, 1_501),
    ),
    [undefined, 'a'],
  ],
];
const contents: [name: string, lines: object[], expected: (string | undefined)[]][] = [
  ['the same content', [apply(1.5, 'a', PUT_ENTRY), request(1, 2, ...PUT)], ['a']],
  ['a level that shows slow requests only', [apply(1.5, 'a', PUT_ENTRY, '100ms'), request(1, 2, ...PUT)], ['a']],
  [
    'a transaction',
    [
      apply(1.5, 'a', 'txn:<compare:<key:"a" version:0 > success:<request_put:<key:"a" value_size:1 >> failure:<>>'),
      request(1, 2, 'KV/Txn', 'compare:<key:"a" version:0 > success:<request_put:<key:"a" value_size:1 >> failure:<>'),
    ],
    ['a'],
  ],
  [
    'another content',
    [apply(1.5, 'a', PUT_ENTRY), request(1, 2, 'KV/Put', 'key:"/registry/b" value_size:4 ')],
    [undefined],
  ],
  ['another method', [apply(1.5, 'a', PUT_ENTRY), request(1, 2, 'KV/DeleteRange', PUT[1])], [undefined]],
  ['before the request', [apply(0.5, 'a', PUT_ENTRY), request(1, 2, ...PUT)], [undefined]],
  [
    'the same content of two',
    [apply(1.5, 'a', PUT_ENTRY), apply(1.6, 'b', PUT_ENTRY), request(1, 2, ...PUT)],
    [undefined],
  ],
  ['nobody', [apply(1.5, '', PUT_ENTRY), request(1, 2, ...PUT)], [undefined]],
  [
    'a name that looks like a request',
    [apply(1.5, 'x\\" > put:<key:\\"/registry/a\\" value_size:4 >', PUT_ENTRY), request(1, 2, ...PUT)],
    ['x" > put:<key:"/registry/a" value_size:4 >'],
  ],
  [
    'no content, where every request leaves a line',
    [apply(1.5, 'a', 'auth_disable:<> '), request(1, 2, 'Auth/AuthDisable', '', -1)],
    ['a'],
  ],
  [
    'no content, where only slow ones do',
    [apply(1.5, 'a', 'auth_disable:<> ', '100ms'), request(1, 2, 'Auth/AuthDisable', '', -1)],
    [undefined],
  ],
  [
    'no content, and two of the kind',
    [apply(1.5, 'a', 'alarm:<> '), apply(1.6, 'a', 'alarm:<> '), request(1, 2, 'Maintenance/Alarm', '', -1)],
    [undefined],
  ],
];
for (const [name, lines, expected] of intervals) {
  test(`whose a request is, by its time: ${name}`, () => expect(names(lines)).toEqual(expected));
}
for (const [name, lines, expected] of contents) {
  test(`whose a request is, by its content: ${name}`, () => expect(names(lines)).toEqual(expected));
}

test('a name fills the fields of a user, and not the id', () => {
  const [known, unknown] = [
    [first, named(1.1, 'a'), request(1, 2)],
    [first, other(1.1, 'x'), request(1, 2)],
  ].map(lines => normalizedAll(lines).events.at(-1)?.document);
  expect([known?.user, known?.etcd?.client, known?.related]).toEqual([
    { name: 'a' },
    { common_name: 'a' },
    { ip: ['10.0.0.9'], user: ['a'] },
  ]);
  expect([known?.event.id, unknown?.user]).toEqual([unknown?.event.id, undefined]);
});

const kafka = (partition: number, offset: number) => ({ topic: 'etcd', partition, offset });
const places: [name: string, origins: Placed['origin'][], clusters: string[], expected: string | undefined][] = [
  ['one partition', [kafka(0, 7), kafka(0, 8), kafka(0, 9)], ['x', 'x', 'x'], 'a'],
  ['a line missing between', [kafka(0, 7), kafka(0, 8), kafka(0, 10)], ['x', 'x', 'x'], undefined],
  ['two partitions', [kafka(0, 7), kafka(1, 8), kafka(0, 8)], ['x', 'x', 'x'], undefined],
  ['two clusters', [kafka(0, 7), kafka(0, 8), kafka(0, 9)], ['x', 'y', 'x'], undefined],
  [
    'two files',
    [
      { file: 'a', line: 1 },
      { file: 'b', line: 2 },
      { file: 'a', line: 2 },
    ],
    ['x', 'x', 'x'],
    undefined,
  ],
];
for (const [name, origins, clusters, expected] of places) {
  test(`names are joined within one log: ${name}`, () => {
    const lines = [first, named(1.1, 'a'), request(1, 2)];
    const placed = origins.map((origin, i) => ({ record: lines[i] ?? {}, origin, cluster: clusters[i] }));
    expect(normalizedAt(placed).events.at(-1)?.document.etcd?.client?.common_name).toBe(expected);
  });
}

test('a log read in full again gives the same events', () => {
  const lines = readFileSync('test/fixtures/lab/etcd-3.6.8-debug.jsonl', 'utf8').trimEnd().split('\n');
  expect(normalizedAll(lines)).toEqual(normalizedAll(lines));
});

type Action = { readonly client?: string; readonly first_line: number; readonly last_line: number };

/** Of the recorded requests, whose client is known from outside: how many got the right name, none, and a wrong one. */
const recordings: [file: string, expected: { right: number; unknown: number; wrong: number }][] = [
  ['etcd-3.5.34-debug', { right: 41, unknown: 15, wrong: 0 }],
  ['etcd-3.6.8-debug', { right: 42, unknown: 14, wrong: 0 }],
  ['etcd-3.6.8-info-warn1ns', { right: 29, unknown: 27, wrong: 0 }],
];
for (const [file, expected] of recordings) {
  test(`clients of the recording ${file} are named right or not at all`, () => {
    const read = (name: string): readonly string[] =>
      readFileSync(`test/fixtures/lab/${name}.jsonl`, 'utf8').trimEnd().split('\n');
    const actions = read(`${file}.actions`).map(line => JSON.parse(line) as Action);
    const counts = { right: 0, unknown: 0, wrong: 0 };
    for (const { document, origin } of normalizedAll(read(file)).events) {
      if (document.etcd?.line !== 'request' || !('file' in origin)) continue;
      const { line } = origin;
      const client = actions.find(({ first_line, last_line }) => line >= first_line && line <= last_line)?.client;
      const name = document.etcd.client?.common_name;
      counts[name === undefined ? 'unknown' : name === client?.split('@')[0] ? 'right' : 'wrong'] += 1;
    }
    expect(counts).toEqual(expected);
  });
}
