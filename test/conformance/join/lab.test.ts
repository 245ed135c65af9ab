import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Finding } from '../../../src/detect/state/evaluator.ts';
import type { Event } from '../../../src/model/event.ts';
import { LOGS, linesOf, type Scenario, scenarios } from '../../score/recording.ts';
import { normalizedAll } from '../../unit/normalize/support.ts';
import { joined } from './support.ts';

const audit = normalizedAll(linesOf(LOGS.audit)).events;
const etcd = normalizedAll(linesOf(LOGS.etcd)).events;

const lineOf = ({ origin }: Pick<Event, 'origin'>): number => ('file' in origin ? origin.line : 0);

const told = (found: readonly Finding[]): readonly string[] =>
  found
    .map(({ program: { rule }, maker }) => {
      const origin = maker.witness?.evidence.origin ?? { file: '', line: 0 };
      return `${scenarioOf(lineOf({ origin }))}: ${basename(rule.file, '.yml')}, ${maker.fields['etcd.key'] ?? ''}`;
    })
    .sort();

const scenarioOf = (line: number): string =>
  scenarios.find(({ etcd_first: first, etcd_last: last }: Scenario) => first <= line && line <= last)?.id ?? 'none';

const BYPASSED = [
  'E03: e05-privileged-write-unexplained, /registry/clusterrolebindings/backdoor',
  'E04: e05-privileged-write-unexplained, /registry/secrets/dev/app-secret',
  'E04: e06-secret-read-unexplained, ',
  'E05: e05-event-write-unexplained, /registry/events',
];

test('of all writes and Secret reads in the recording those of E03, E04 and E05 are found, and no other', () => {
  const { found, blind } = joined([...audit, ...etcd]);
  expect(told(found)).toEqual(BYPASSED);
  expect(blind).toEqual([]);
});

test('in whatever order the events come', () => {
  expect(told(joined([...etcd, ...audit].reverse()).found)).toEqual(BYPASSED);
});

test('without the audit log nothing is found, and each write is counted as not judged', () => {
  const { found, blind } = joined(etcd);
  expect(found).toEqual([]);
  expect(blind.map(({ reason, dataset }) => `${reason} ${dataset}`)).toEqual(
    blind.map(() => 'silent kubernetes.audit_logs'),
  );
  expect(blind.reduce((sum, { notJudged }) => sum + notJudged, 0)).toBeGreaterThan(250);
});

test('what happens after the end of the audit log is not judged', () => {
  const end = Date.parse('2026-11-23T05:13:13Z');
  const { found, blind } = joined([
    ...audit.filter(({ document }) => Date.parse(document['@timestamp']) < end),
    ...etcd,
  ]);
  expect(found).toEqual([]);
  // What began in the last two seconds before it may have its request after it.
  expect(blind.every(({ from }) => from >= end - 2_000)).toBe(true);
});

const resourceOf = ({ document }: Event) => document.orchestrator?.resource ?? {};

const configMaps = etcd.filter(
  event =>
    event.document.etcd?.line === 'request' &&
    event.document.etcd.operation !== 'read' &&
    resourceOf(event).type === 'configmaps',
);

test('a kind of which no request is recorded is not judged: the audit policy may leave it out', () => {
  const { found, blind } = joined([...audit.filter(event => resourceOf(event).type !== 'configmaps'), ...etcd]);
  expect(told(found)).toEqual(BYPASSED);
  expect(blind.map(({ reason, values, notJudged }) => [reason, values, notJudged])).toEqual([
    ['uncovered', ['', 'configmaps'], configMaps.length],
  ]);
});

test('the writes of an object whose requests are not there are found, whoever made them', () => {
  const { name } = configMaps.map(resourceOf).at(-1) ?? {};
  const { found } = joined([...audit.filter(event => resourceOf(event).name !== name), ...etcd]);
  const writes = configMaps.filter(event => resourceOf(event).name === name);
  expect(writes.length).toBeGreaterThan(0);
  expect(found).toHaveLength(BYPASSED.length + writes.length);
});
