import { isIPv4 } from 'node:net';

type Value = string | number | { readonly [name: string]: Value };

/** Bytes between the tree and the data. */
const SEPARATOR = 16;
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** A small MaxMind database of our own, records of 24 bits. Source of the format: MaxMind DB File Format 2.0. */
export function mmdb(version: 4 | 6, networks: Readonly<Record<string, Value>>): Buffer {
  const nodes: (number | { readonly data: number } | undefined)[][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let size = 0;
  for (const [network, record] of Object.entries(networks)) {
    place(nodes, bitsOf(network, version), { data: size });
    const bytes = encoded(record);
    data.push(bytes);
    size += bytes.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [i, node] of nodes.entries()) {
    for (const side of [0, 1]) {
      const to = node[side];
      const value = to === undefined ? nodes.length : typeof to === 'number' ? to : nodes.length + SEPARATOR + to.data;
      tree.writeUIntBE(value, i * 6 + side * 3, 3);
    }
  }
  const metadata = encoded({ node_count: nodes.length, record_size: 24, ip_version: version, database_type: 'Test' });
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...data, MARKER, metadata]);
}

function place(
  nodes: (number | { readonly data: number } | undefined)[][],
  bits: string,
  leaf: { data: number },
): void {
  let at = 0;
  for (const [i, bit] of [...bits].entries()) {
    const node = nodes[at] ?? [];
    if (i === bits.length - 1) {
      node[Number(bit)] = leaf;
      return;
    }
    const next = node[Number(bit)];
    if (typeof next === 'number') {
      at = next;
      continue;
    }
    node[Number(bit)] = nodes.length;
    at = nodes.length;
    nodes.push([undefined, undefined]);
  }
}

/** The bits of `81.2.69.0/24` or `2001:db8:0:0:0:0:0:0/32`, written out in full; IPv4 lies below ::/96 in a tree of IPv6. */
function bitsOf(network: string, version: 4 | 6): string {
  const [base = '', length = ''] = network.split('/');
  const v4 = isIPv4(base);
  const parts = v4 ? base.split('.').map(Number) : base.split(':').map(part => Number.parseInt(part, 16));
  const bits = parts.map(part => part.toString(2).padStart(v4 ? 8 : 16, '0')).join('');
  return (v4 && version === 6 ? '0'.repeat(96) : '') + bits.slice(0, Number(length));
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') return numeric(value);
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([name, member]) => [encoded(name), encoded(member)]),
  ]);
}

function numeric(value: number): Buffer {
  const bytes = Buffer.alloc(Number.isInteger(value) ? 4 : 8);
  if (bytes.length === 4) bytes.writeUInt32BE(value);
  else bytes.writeDoubleBE(value);
  return Buffer.concat([control(bytes.length === 4 ? 6 : 3, bytes.length), bytes]);
}

/** Sizes from 29 on need a byte more. */
const control = (type: number, size: number): Buffer =>
  size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
