import { BlockList, isIP } from 'node:net';
import { MatcherFault } from './faults.ts';

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/**
 * Whether an address lies in one of the networks; a bare address is a network of itself. An IPv4-mapped IPv6 address is
 * its IPv4 address, which BlockList sees to; a text that is no address lies nowhere. Throws MatcherFault.
 */
export function addressTest(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) add(list, network);
  return address => {
    const family = isIP(address);
    return family !== 0 && list.check(address, familyName(family));
  };
}

function add(list: BlockList, network: string): void {
  const [base = '', length, ...more] = network.split('/');
  const family = isIP(base);
  const bits = BITS[family] ?? 0;
  const prefix = length === undefined ? bits : Number(length);
  const written = length === undefined || /^\d{1,3}$/.test(length);
  if (family === 0 || base.includes('%') || !written || prefix > bits || more.length > 0) {
    throw new MatcherFault(`"${network}" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address`);
  }
  list.addSubnet(base, prefix, familyName(family));
}

const familyName = (family: number): 'ipv4' | 'ipv6' => (family === 4 ? 'ipv4' : 'ipv6');
