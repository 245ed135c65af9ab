import { BlockList, isIP } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressTest } from '../../../src/sigma/cidr.ts';

const cases: [networks: string[], address: string, inside: boolean][] = [
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['0.0.0.0/0'], '255.255.255.255', true],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7/31'], '192.0.2.6', true],
  [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
  [['10.0.0.0/8', '::1/128'], '10.0.0.1', true],
  [['10.0.0.0/8', '::1/128'], '::1', true],
  [['::ffff:10.0.0.0/104'], '10.0.0.1', true],
  [['10.0.0.0/8'], '010.0.0.1', false],
  [['10.0.0.0/8'], '10.0.0', false],
  [['10.0.0.0/8'], '10.0.0.1.', false],
  [['10.0.0.0/8'], '10.0.0.256', false],
  [['10.0.0.0/8'], '10.0.0.1 ', false],
  [['0.0.0.0/0'], '', false],
];
for (const [networks, address, inside] of cases) {
  test(`${address} is ${inside ? '' : 'not '}in ${networks}`, () =>
    expect(addressTest(networks)(address)).toBe(inside));
}

test('a network says of any address what Node’s list of networks says', () => {
  const network = fc.tuple(
    fc.oneof(
      fc.ipV4().map(base => [base, 32] as const),
      fc.ipV6().map(base => [base, 128] as const),
    ),
    fc.nat(),
  );
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.ipV4().map(one => `::ffff:${one}`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(network, { minLength: 1, maxLength: 3 }), address, (networks, one) => {
      const written = networks.map(([[base, bits], prefix]) => [base, prefix % (bits + 1)] as const);
      const list = new BlockList();
      for (const [base, prefix] of written) list.addSubnet(base, prefix, isIP(base) === 4 ? 'ipv4' : 'ipv6');
      const inside = isIP(one) !== 0 && list.check(one, isIP(one) === 4 ? 'ipv4' : 'ipv6');
      expect(addressTest(written.map(([base, prefix]) => `${base}/${prefix}`))(one)).toBe(inside);
    }),
    { numRuns: 2_000 },
  );
});
