import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import type { EcsDocument, Event } from '../../src/model/event.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { normalizedAll } from '../unit/normalize/support.ts';

/** The columns of the table in docs/etcd-logging.md and what each was measured on. */
const SETTINGS = [
  'etcd-3.5.34-info',
  'etcd-3.5.34-info-apply1ns',
  'etcd-3.6.8-info-warn1ns',
  'etcd-3.6.8-debug',
] as const;

/** The rows of the table, each with the recorded action that it was measured by. */
const ROWS: readonly (readonly [row: string, action: string])[] = [
  ['a key read', 'INTRUDER get one secret'],
  ['a prefix read', 'INTRUDER get --prefix /registry/secrets'],
  ['keys listed', 'INTRUDER get --prefix --keys-only /'],
  ['a key written', 'INTRUDER put clusterrolebinding'],
  ['a transaction', 'INTRUDER txn delete+put'],
  ['a range deleted', 'INTRUDER del --prefix /registry/events'],
  ['a watch', 'INTRUDER watch secrets 2s'],
  ['a snapshot', 'INTRUDER snapshot save'],
  ['members listed', 'member list'],
  ['a member added', 'member add (learner)'],
  ['a compaction', 'compaction'],
  ['a defragmentation', 'defrag'],
  ['alarms asked for', 'alarm list'],
  ['the status', 'endpoint status'],
  ['a role made, a permission given', 'role add+grant'],
  ['authentication switched on', 'auth enable'],
  ['a read that is refused', 'auth on: INTRUDER get secrets (denied)'],
  ['a write that is refused', 'auth on: INTRUDER put (denied)'],
  ['a log-in that fails', 'auth on: INTRUDER as evil user wrong password'],
  ['a call through the HTTP gateway', 'HTTP gateway: POST /v3/kv/range by intruder'],
  ['a client certificate rejected', 'TLS: client cert signed by wrong CA'],
  ['the same on the peer port', 'peer port: wrong CA'],
  ['a connection that closes at once', 'TCP connect and close'],
  ['`/metrics`', 'HTTP /metrics with client cert'],
];

type Action = { readonly action: string; readonly first_line: number; readonly last_line: number };

const linesOf = (name: string): readonly string[] =>
  readFileSync(`test/fixtures/lab/${name}.jsonl`, 'utf8').trimEnd().split('\n');

const eventsOf = (name: string): readonly Event[] => normalizedAll(linesOf(name)).events;

/** What the events of each action in a recording tell. */
function toldIn(name: string): ReadonlyMap<string, string> {
  const events = eventsOf(name);
  const actions = linesOf(`${name}.actions`).map(text => JSON.parse(text) as Action);
  return new Map(
    actions.map(({ action, first_line: first, last_line: last }) => [
      action,
      told(events.filter(({ origin }) => 'file' in origin && origin.line >= first && origin.line <= last)),
    ]),
  );
}

function told(events: readonly Event[]): string {
  const documents = events.map(({ document }) => document).filter(isSpeaking);
  if (documents.length === 0) return 'nothing';
  const parts = [
    documents.some(({ source }) => source?.ip !== undefined) ? ['address'] : [],
    documents.some(({ etcd }) => etcd?.client !== undefined) ? ['name'] : [],
    documents.some(hasObject) ? ['object'] : [],
  ].flat();
  return parts.length === 0 ? 'that it happened' : parts.join(', ');
}

const isSpeaking = ({ etcd }: EcsDocument): boolean => !['log', 'startup', 'entry'].includes(etcd?.line ?? 'log');

const hasObject = ({ etcd }: EcsDocument): boolean =>
  [etcd?.key, etcd?.auth?.user, etcd?.auth?.role, etcd?.member?.id, etcd?.snapshot, etcd?.revision].some(
    value => value !== undefined,
  );

const cells = new Map(
  readFileSync('docs/etcd-logging.md', 'utf8')
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
    .map(([row = '', ...rest]) => [row, rest] as const),
);

const measured = SETTINGS.map(toldIn);
for (const [row, action] of ROWS) {
  test(`docs/etcd-logging.md says what etcd’s log tells of: ${row}`, () => {
    expect(cells.get(row)).toEqual(measured.map(told => told.get(action)));
  });
}

test('a watcher’s name stands in the debug log, and nowhere at info', () => {
  const watcher = (name: string, line: string): readonly unknown[] => {
    const actions = linesOf(`${name}.actions`).map(text => JSON.parse(text) as Action);
    const { first_line: first, last_line: last } = actions.find(({ action }) => action.includes(line)) ?? never(name);
    return eventsOf(name)
      .filter(({ origin }) => 'file' in origin && origin.line >= first && origin.line <= last)
      .flatMap(({ document }) => document.etcd?.client?.common_name ?? []);
  };
  expect(watcher('etcd-3.6.8-debug', 'INTRUDER watch')).toEqual(['intruder']);
  expect(watcher('etcd-3.5.34-debug', 'INTRUDER watch')).toEqual(['intruder']);
  expect(watcher('etcd-3.6.8-info-warn1ns', 'INTRUDER watch')).toEqual([]);
});

const never = (name: string): never => {
  throw new Error(`no such action in ${name}`);
};

test('at info alone etcd 3.6 names no request, and of keys only what was refused or is permitted', () => {
  const documents = eventsOf('etcd-3.6.8-info').map(({ document }) => document);
  expect(documents.filter(({ etcd }) => etcd?.line === 'request' || etcd?.line === 'entry')).toEqual([]);
  const keyed = documents.filter(({ etcd }) => etcd?.key !== undefined).map(({ event }) => event.action);
  expect([...new Set(keyed)].sort()).toEqual(['apply_failed', 'permission_granted']);
});

test('of etcd 3.5, whose reads have no address, what no API server reads is found all the same', () => {
  const { rules } = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-24') });
  const engine = createEngine(rules);
  const found = eventsOf('etcd-3.5.34-info-apply1ns').flatMap(event =>
    engine
      .match(event)
      .map(({ rule }) => basename(rule.file, '.yml'))
      .filter(rule => rule.startsWith('e03'))
      .map(rule => `${rule} ${event.document.etcd?.key}`),
  );
  expect(found).toEqual(['e03-read-without-address /registry/secrets', 'e03-read-without-address /']);
});
