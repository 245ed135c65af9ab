import { isIPv4 } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ipv4 } from '../../../src/sigma/ipv4.ts';

const cases: [text: string, bits: number | undefined][] = [
  ['0.0.0.0', 0],
  ['0.0.0.1', 1],
  ['10.0.0.1', 0x0a000001],
  ['127.99.100.109', 0x7f63646d],
  ['255.255.255.255', -1],
  ['128.0.0.0', 0x80000000 | 0],
  ['', undefined],
  ['10', undefined],
  ['10.0.0', undefined],
  ['10.0.0.', undefined],
  ['10.0.0.1.', undefined],
  ['10.0.0.1.1', undefined],
  ['.10.0.0.1', undefined],
  ['10..0.1', undefined],
  ['10.0.0.256', undefined],
  ['256.0.0.1', undefined],
  ['10.0.0.01', undefined],
  ['10.00.0.1', undefined],
  ['10.0.0.1 ', undefined],
  ['10.0.0.:', undefined],
  ['10.0.0./', undefined],
  ['1a.0.0.1', undefined],
  ['255.255.255.2550', undefined],
  ['::ffff:10.0.0.1', undefined],
];
for (const [text, bits] of cases) {
  test(`the bits of ${JSON.stringify(text)}`, () => expect(ipv4(text)).toBe(bits));
}

test('a text has bits where Node says that it is an address, those of its four numbers', () => {
  const text = fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.string({ unit: fc.constantFrom('0', '1', '25', '.') }));
  fc.assert(
    fc.property(text, one => {
      const [a = 0, b = 0, c = 0, d = 0] = one.split('.').map(Number);
      expect(ipv4(one)).toBe(isIPv4(one) ? (a << 24) | (b << 16) | (c << 8) | d : undefined);
    }),
    { numRuns: 500 },
  );
});
