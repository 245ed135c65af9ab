import { expect, test } from '@jest/globals';
import { AlertWriter } from '../../../src/deliver/elasticsearch/alert-writer.ts';
import { targets } from '../../../src/deliver/elasticsearch/body.ts';
import type { BulkResult } from '../../../src/deliver/elasticsearch/bulk.ts';
import { ElasticsearchWriter } from '../../../src/deliver/elasticsearch/writer.ts';
import { DeadLetterWriter } from '../../../src/deliver/kafka/deadletters.ts';
import { createEngine } from '../../../src/detect/engine.ts';
import { Suppression } from '../../../src/detect/suppress.ts';
import { Sieve } from '../../../src/filter/sieve.ts';
import { Gaps } from '../../../src/gaps/gaps.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { Alerting } from '../../../src/pipeline/alerting.ts';
import { Progress } from '../../../src/pipeline/progress.ts';
import { Stages } from '../../../src/pipeline/stages.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { filtersOf, filterText } from '../filter/support.ts';
import { auditEvent, NOW } from '../normalize/support.ts';
import { rulesOf, SHIPPED_FIELDS } from '../sigma/support.ts';

const RULE = `title: An exec
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: high
logsource: { product: kubernetes }
detection: { a: { objectRef.subresource: exec }, b: { event.kind: pipeline_error }, condition: a or b }
`;
const exec = { objectRef: { resource: 'pods', subresource: 'exec' } };

/** What of the records reaches the index with the filter, and how far may be committed. */
async function indexed(filter: string | undefined, records: readonly (object | string)[], jump?: number) {
  const sent: string[] = [];
  const send = async (body: Buffer): Promise<BulkResult> => {
    sent.push(...body.toString().trimEnd().split('\n'));
    return { kind: 'answered', items: undefined };
  };
  const { signal } = new AbortController();
  const writer = new ElasticsearchWriter(
    { targets: targets('test'), bodyBytes: 100_000, bodiesInFlight: 1, lingerMs: 60_000 },
    { send, findIndexed: async () => new Set(), deadLetter: async () => {}, onWait: () => {}, onDefect: () => {} },
    signal,
  );
  const letters = new DeadLetterWriter({ send: async () => [] }, 'dead', undefined, () => {}, signal);
  const rules = rulesOf(RULE).map(rule => compileRule(rule, { ...SHIPPED_FIELDS, lists: new Map() }));
  const sieve = filter === undefined ? undefined : new Sieve(filtersOf(filter));
  const settings = normalizeSettings('test', () => NOW);
  const alerts: object[] = [];
  const alertWriter = new AlertWriter(
    'alerts',
    {
      send: async operations => {
        alerts.push(...operations.map(({ document }) => document));
        const version = { index: 'alerts', seqNo: 1, primaryTerm: 1 };
        return { kind: 'answered', items: operations.map(() => ({ status: 201, index: 'alerts', version })) };
      },
      get: async () => new Map(),
      deadLetter: async () => {},
      onEnd: () => {},
      onWait: () => {},
      onDefect: () => {},
      now: () => NOW,
    },
    signal,
  );
  const suppression = new Suppression({ suppressMs: 600_000, capacity: 10, onEvict: () => {} });
  const lookup = { open: async () => [], counting: async () => {} };
  const alerting = new Alerting(suppression, alertWriter, lookup, createLog('fatal'));
  const gaps = jump === undefined ? undefined : new Gaps({ silence: jump, jump }, 'test', () => 'c', Date.now);
  const stages = new Stages(settings, createEngine(rules), writer, alerting, letters, { sieve, gaps });
  const progress = new Progress();
  for (const [offset, record] of records.entries()) {
    const bytes = Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
    const origin = { topic: 't', partition: 0, offset };
    stages.process({ bytes, origin, cluster: undefined, receivedAt: undefined }, progress, offset, 0);
    progress.read(offset);
  }
  const before = progress.committable;
  await writer.flush();
  await alertWriter.flush();
  await letters.flush();
  const documents = sent.filter((_, i) => i % 2 === 1).map(line => JSON.parse(line) as Found);
  return { documents, alerts, before, after: progress.committable, counts: stages.counts };
}

type Found = {
  readonly event: { readonly kind: string };
  readonly kubernetes?: { readonly audit: { readonly auditID: string; readonly requestObject?: unknown } };
  readonly keywarden: { readonly filter?: unknown };
};

const ALL = '{ verb: get }';

const actions: [action: string, left: object][] = [
  ['drop', { kept: ['evidence'], plain: [] }],
  ['sample\nrate: 0.000001', { kept: ['evidence'], plain: [] }],
  ['without-bodies', { kept: ['evidence'], plain: ['plain'] }],
];
for (const [action, left] of actions) {
  test(`evidence of an alert is indexed as it is, whatever a filter says: ${action.split('\n')[0]}`, async () => {
    const records = [
      auditEvent({ auditID: 'plain', requestObject: { a: 1 } }),
      auditEvent({ auditID: 'evidence', requestObject: { a: 1 }, ...exec }),
    ];
    const { documents, alerts, counts } = await indexed(filterText('all', ALL, action), records);
    const events = documents.filter(({ event }) => event.kind === 'event');
    const ids = (bodies: boolean) =>
      events
        .map(({ kubernetes }) => kubernetes?.audit)
        .filter(audit => (audit?.requestObject !== undefined) === bodies)
        .map(audit => audit?.auditID);
    expect({ kept: ids(true), plain: ids(false) }).toEqual(left);
    expect(alerts).toHaveLength(1);
    expect(counts).toMatchObject({ records: 2, events: 2, alerts: 1 });
    const evidence = events.find(({ kubernetes }) => kubernetes?.audit.auditID === 'evidence');
    expect(evidence?.keywarden.filter).toBeUndefined();
  });
}

test('the offset of a dropped event holds nothing back, that of a kept one does until it is delivered', async () => {
  const filter = filterText('reads', ALL, 'drop');
  const write = auditEvent({ verb: 'create' });
  const read = auditEvent();
  expect(await indexed(filter, [read, read, read])).toMatchObject({ before: 3, after: 3, documents: [] });
  expect(await indexed(filter, [read, write, read])).toMatchObject({ before: 1, after: 3 });
});

test('without filters every event is indexed', async () => {
  const { documents } = await indexed(undefined, [auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })]);
  expect(documents.map(({ kubernetes }) => kubernetes?.audit.auditID)).toEqual(['a', 'b']);
});

test('an event that is nested too deeply to be written is a dead letter, and its alert is delivered', async () => {
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  // The umlaut keeps the record's own bytes from being copied.
  const record = JSON.stringify(auditEvent({ ...exec, userAgent: 'ü', requestObject: 'BODY' })).replace('"BODY"', deep);
  const { documents, alerts, counts, after } = await indexed(undefined, [record]);
  expect([documents.length, alerts.length]).toEqual([0, 1]);
  expect([counts.deadLetters, after]).toEqual([1, 1]);
});

test('that something is missing is judged once, as any event is, and nothing of it is left out', async () => {
  const at = (stageTimestamp: string): object => auditEvent({ stageTimestamp });
  const records = [at('2026-11-23T05:00:00Z'), at('2026-11-23T06:00:00Z'), at('2026-11-23T06:00:01Z')];
  const { documents, alerts, counts } = await indexed(filterText('all', ALL, 'drop'), records, 600_000);
  expect([documents.map(({ event }) => event.kind), alerts.length]).toEqual([['pipeline_error'], 1]);
  expect(counts).toMatchObject({ events: 4, alerts: 1 });
});
