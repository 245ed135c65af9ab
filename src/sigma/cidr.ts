import { BlockList, isIP } from 'node:net';
import { MatcherFault } from './faults.ts';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whether an address lies in a network; a bare address is a network of itself. IPv4-mapped IPv6 counts as its IPv4. Throws MatcherFault. */
export function addressTest(network: string): (address: string) => boolean {
  const [base = '', length] = network.split('/');
  const address = unmapped(base);
  const family = isIP(address);
  const bits = BITS[family] ?? 0;
  const prefix = length === undefined ? bits : Number(length);
  if (family === 0 || length === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
    throw new MatcherFault(`"${network}" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address`);
  }
  const list = new BlockList();
  list.addSubnet(address, prefix, familyName(family));
  return found => {
    const candidate = unmapped(found);
    return isIP(candidate) === family && list.check(candidate, familyName(family));
  };
}

const familyName = (family: number): 'ipv4' | 'ipv6' => (family === 4 ? 'ipv4' : 'ipv6');

const unmapped = (address: string): string => MAPPED.exec(address)?.[1] ?? address;
