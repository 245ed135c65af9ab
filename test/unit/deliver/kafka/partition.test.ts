import { expect, test } from '@jest/globals';
import { partitionOf } from '../../../../src/deliver/kafka/partition.ts';

/** Of Kafka's own `UtilsTest.testMurmur2`; the partition is the hash without its sign bit, modulo their number. */
const HASHES: [key: string, hash: number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['abc', 479470107],
];
for (const [key, hash] of HASHES) {
  for (const partitions of [1, 3, 12]) {
    test(`${key} of ${partitions} partitions`, () =>
      expect(partitionOf(key, partitions)).toBe((hash & 0x7fffffff) % partitions));
  }
}
