import { expect, test } from '@jest/globals';
import { readStretches, type Stretch, wholeTopic } from '../../../src/ingest/topic.ts';
import { brokersWith, type Held } from './brokers.ts';

const upTo = (high: number, low = 0): readonly number[] => Array.from({ length: high - low }, (_, i) => low + i);
const full = (high: number, low = 0) => ({ low, high, offsets: upTo(high, low) });
const one = (partition: number, offset: number): Stretch => ({ topic: 't', partition, from: offset, to: offset + 1 });

const cases: [name: string, held: Held, stretches: Stretch[] | undefined, read: string[]][] = [
  ['an empty topic', { 't/0': full(0) }, undefined, []],
  ['a whole topic', { 't/0': full(4), 't/1': full(1) }, undefined, ['0@0', '0@1', '0@2', '0@3', '1@0']],
  ['what retention has left of it', { 't/0': full(7, 5) }, undefined, ['0@5', '0@6']],
  ['a topic with gaps', { 't/0': { low: 0, high: 9, offsets: [0, 3, 8] } }, undefined, ['0@0', '0@3', '0@8']],
  [
    'one that ends with the mark of a transaction',
    { 't/0': { low: 0, high: 3, offsets: [0, 1] } },
    undefined,
    ['0@0', '0@1'],
  ],
  ['one of nothing but marks', { 't/0': { low: 0, high: 3, offsets: [] } }, undefined, []],
  [
    'single places, in any order',
    { 't/0': full(50), 't/1': full(50) },
    [one(0, 40), one(1, 7), one(0, 2)],
    ['0@2', '0@40', '1@7'],
  ],
  [
    'places that are gone or not there yet',
    { 't/0': full(9, 5) },
    [one(0, 2), one(0, 6), one(0, 9), one(3, 0)],
    ['0@6'],
  ],
  [
    'a place that compaction removed',
    { 't/0': { low: 0, high: 9, offsets: [0, 1, 5, 8] } },
    [one(0, 4), one(0, 5)],
    ['0@5'],
  ],
  ['nothing', { 't/0': full(4) }, [], []],
];
for (const [name, held, stretches, read] of cases) {
  test(`reading ${name}`, async () => {
    const { kafka } = brokersWith(held);
    const found: string[] = [];
    await readStretches(kafka, 'g', stretches ?? (await wholeTopic(kafka, 't')), async ({ offset }, _, partition) => {
      found.push(`${partition}@${offset}`);
    });
    expect(found.sort()).toEqual(read);
  });
}

test('what nobody wants is jumped over', async () => {
  const { kafka, fetched } = brokersWith({ 't/0': full(10_000) });
  await readStretches(kafka, 'g', [one(0, 9_000), one(0, 10)], async () => {});
  expect(fetched.length).toBeLessThan(20);
});

test('a topic that Kafka does not show is named, and what is done with a message may fail', async () => {
  const { kafka } = brokersWith({ 't/0': full(4) });
  await expect(wholeTopic(kafka, 'nobody')).rejects.toThrow('Kafka shows no topic nobody; run "keywarden setup" once');
  const seen: string[] = [];
  const reading = readStretches(kafka, 'g', [{ topic: 't', partition: 0, from: 0, to: 4 }], async ({ offset }) => {
    seen.push(offset);
    throw new Error('broken');
  });
  await expect(reading).rejects.toThrow('broken');
  expect(seen).toEqual(['0']);
});
