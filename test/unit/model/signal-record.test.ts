import { expect, test } from '@jest/globals';
import type { Marks } from '../../../src/model/mark.ts';
import { rankOf, type Signal } from '../../../src/model/signal.ts';
import { readSignalRecord, writeCovers, writeMarks, writeSignal } from '../../../src/model/signal-record.ts';
import { signalAt } from '../detect/state/support.ts';

const fieldsOf = ({ witness, ...signal }: Signal): object => ({ ...signal, witness });

const read = (text: string) => readSignalRecord(Buffer.from(text));

const signals: [name: string, signal: Signal][] = [
  ['with a witness', signalAt(5, 'e', { fields: { 'user.name': 'line\nbreak' } })],
  ['without one', signalAt(5, 'e', { witness: undefined })],
];
for (const [name, signal] of signals) {
  test(`a signal ${name} comes back as it was`, () => {
    const record = read(writeSignal(signal));
    expect(record.kind === 'signal' && fieldsOf(record.signal)).toEqual(fieldsOf(signal));
  });
}

test('marks come back as they were', () => {
  const mark = { producer: 't/0', cluster: 'c', dataset: 'etcd.audit_logs', reached: 5 } as const;
  const marks: Marks = { at: 7, marks: [mark, { ...mark, idle: 6 }], silent: [{ producer: 't/1', until: 7 }] };
  expect(read(writeMarks(marks))).toEqual({ kind: 'marks', marks });
});

test('what explanations cover comes back as it was', () => {
  const covers = [{ program: 'p', cluster: 'c', values: ['', 'pods'], at: 5 }];
  expect(read(writeCovers(covers))).toEqual({ kind: 'covers', covers });
});

const { witness: _, ...bare } = signalAt(5, 'e');
const unread: [name: string, text: string, why: string][] = [
  ['nothing', '', 'an empty record'],
  ['no JSON', '{', 'no JSON'],
  ['no object', '[1]', 'no JSON'],
  ['no version', JSON.stringify(bare), 'schema version unknown'],
  ['a version to come', JSON.stringify({ v: 2, ...bare }), 'schema version 2'],
  ['a time that is a text', JSON.stringify({ v: 1, ...bare, at: '5' }), 'fields that are missing or of another type'],
  [
    'a field that is a number',
    JSON.stringify({ v: 1, ...bare, fields: { a: 1 } }),
    'fields that are missing or of another type',
  ],
  [
    'a data set of others',
    JSON.stringify({ v: 1, ...bare, dataset: 'x' }),
    'fields that are missing or of another type',
  ],
  [
    'marks of nobody',
    JSON.stringify({ v: 1, at: 1, marks: [{ reached: 1 }], silent: [] }),
    'marks that are missing something',
  ],
  [
    'covers without values',
    JSON.stringify({ v: 1, covers: [{ program: 'p', cluster: 'c', at: 1 }] }),
    'covers that are missing something',
  ],
];
for (const [name, text, why] of unread) {
  test(`${name} is passed over, and why`, () => expect(read(text)).toEqual({ kind: 'unread', why }));
}

test('a witness that is damaged is none, and the signal counts', () => {
  for (const witness of ['{', '[]', '{"message":"m"}', '']) {
    const record = read(`${JSON.stringify({ v: 1, ...bare })}\n${witness}`);
    expect(record.kind === 'signal' && record.signal.witness).toBeUndefined();
  }
});

const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
const hostile: [name: string, change: object][] = [
  ['an action that is no text', { action: { a: 1 } }],
  ['a time that is none', { evidence: { timestamp: 'soon' } }],
  ['evidence that comes from nowhere', { evidence: { origin: {} } }],
  ['evidence at a place that is no number', { evidence: { origin: { topic: 't', partition: 0, offset: '5' } } }],
  ['a field that is the alert’s own', { subject: { keywarden: { alert: { status: 'closed' } } } }],
  ['a name that every object has', { subject: { constructor: {} } }],
  ['a field that is no object', { subject: { user: 'root' } }],
  ['a field that is too deep', { subject: { user: deep(50) } }],
];
const { witness: whole } = signalAt(5, 'e');
const readWitness = ({ evidence = {}, ...change }: { readonly evidence?: object }) => {
  const changed = { ...whole, ...change, evidence: { ...whole?.evidence, ...evidence } };
  const record = read(`${JSON.stringify({ v: 1, ...bare })}\n${JSON.stringify(changed)}`);
  return record.kind === 'signal' && record.signal.witness;
};
for (const [name, change] of hostile) {
  test(`a witness with ${name} is none`, () => expect(readWitness(change)).toBeUndefined());
}

test('a witness with all that an event may tell is one', () => {
  const named = { user: { name: 'u' }, user_agent: {}, source: {}, orchestrator: { cluster: { name: 'c' } } };
  const subject = { ...named, etcd: deep(5), process: {}, related: { user: ['u'] } };
  const origin = { topic: 't', partition: 0, offset: 5, item: 1 };
  expect(readWitness({ action: 'get', evidence: { origin }, links: ['l'], subject } as object)).toMatchObject({
    subject,
  });
});

test('the rank of an id sorts as ids do', () => {
  const ids = ['-A', '-b', '0', '9Z', 'A', 'AB', 'Za', '_', 'a', 'aaaaaaaa', 'aaaaaaab', 'zz'];
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.toSorted((a, b) => rankOf(a) - rankOf(b))).toEqual(ids);
  expect(rankOf('zzzzzzzzzz')).toBe(2 ** 48 - 1);
});
