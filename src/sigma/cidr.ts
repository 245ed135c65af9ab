import { BlockList, isIP } from 'node:net';
import { MatcherFault } from './faults.ts';
import { ipv4 } from './ipv4.ts';

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

type Network = { readonly base: string; readonly family: number; readonly prefix: number };

/**
 * Whether an address lies in one of the networks; a bare address is a network of itself. An IPv4-mapped IPv6 address is
 * its IPv4 address; a text that is no address lies nowhere. Throws MatcherFault.
 */
export function addressTest(networks: readonly string[]): (address: string) => boolean {
  const parsed = networks.map(parseNetwork);
  const slow = listTest(parsed);
  if (parsed.some(holdsIpv4InIpv6)) return slow;
  const dotted = parsed.filter(({ family }) => family === 4);
  const masks = Int32Array.from(dotted, ({ prefix }) => (prefix === 0 ? 0 : -1 << (32 - prefix)));
  const bases = Int32Array.from(dotted, ({ base }, i) => (ipv4(base) ?? 0) & (masks[i] ?? 0));
  return address => {
    const found = ipv4(address);
    if (found === undefined) return slow(address);
    for (let i = 0; i < bases.length; i += 1) if ((found & (masks[i] ?? 0)) === bases[i]) return true;
    return false;
  };
}

function parseNetwork(network: string): Network {
  const [base = '', length, ...more] = network.split('/');
  const family = isIP(base);
  const bits = BITS[family] ?? 0;
  const prefix = length === undefined ? bits : Number(length);
  const written = length === undefined || /^\d{1,3}$/.test(length);
  if (family === 0 || base.includes('%') || !written || prefix > bits || more.length > 0) {
    throw new MatcherFault(`"${network}" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address`);
  }
  return { base, family, prefix };
}

const MAPPED = '::ffff:0:0';

/** Networks of IPv6 in which IPv4-mapped addresses lie. */
const holdsIpv4InIpv6 = (network: Network): boolean =>
  network.family === 6 &&
  (listTest([network])(MAPPED) || listTest([{ base: MAPPED, family: 6, prefix: 96 }])(network.base));

/** For whatever has to do with IPv6. */
function listTest(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { base, family, prefix } of networks) list.addSubnet(base, prefix, familyName(family));
  return address => {
    const family = isIP(address);
    return family !== 0 && list.check(address, familyName(family));
  };
}

const familyName = (family: number): 'ipv4' | 'ipv6' => (family === 4 ? 'ipv4' : 'ipv6');
