import { isIP } from 'node:net';
import { z } from 'zod';
import { addressTest } from '../sigma/cidr.ts';
import { YamlSource } from '../sigma/source.ts';

const label = z.string().min(1).max(200);

const Entry = z
  .strictObject({
    cidr: z.string().refine(isNetwork, 'expected a network such as 10.0.0.0/8 or 2001:db8::/32').optional(),
    address: z
      .string()
      .refine(text => isIP(text) !== 0 && isNetwork(text), 'expected an address such as 10.0.0.7')
      .optional(),
    user: z.string().min(1).optional(),
    label,
  })
  .refine(
    ({ cidr, address, user }) => [cidr, address, user].filter(value => value !== undefined).length === 1,
    'expected one of cidr, address or user, and the label',
  );

const LabelFile = z.strictObject({
  labels: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'a name of lower-case letters, digits, _ and -'),
  description: z.string().optional(),
  entries: z.array(Entry),
});

/** What addresses and users are called; `labels` is the file's own name. */
export type LabelList = z.output<typeof LabelFile>;

/** Reads the labels of one file. Throws ENRICHMENT naming file, line and column. */
export function parseLabels(text: string, file: string): LabelList {
  const source = new YamlSource(text, file, 'ENRICHMENT');
  const [document, another] = source.documents;
  if (document === undefined) throw source.fault(undefined, 'the file is empty; labels have labels and entries');
  if (another !== undefined) throw source.fault(another.map, 'one list of labels a file');
  const result = LabelFile.safeParse(document.value);
  if (!result.success) throw source.refusal(document, result.error, 'docs/enrichment.md');
  return result.data;
}

function isNetwork(text: string): boolean {
  try {
    addressTest([text]);
    return true;
  } catch {
    return false;
  }
}

/** The labels of an address and of a user, in the order of the files. */
export type Labeller = {
  readonly ofAddress: (address: string) => readonly string[];
  readonly ofUser: (user: string) => readonly string[];
};

const NONE: readonly string[] = [];

/** Makes the lists ready: a test for each label of addresses, a look-up for users. */
export function labellerOf(lists: readonly LabelList[]): Labeller {
  const entries = lists.flatMap(list => list.entries);
  const networks = new Map<string, string[]>();
  const users = new Map<string, string[]>();
  for (const { cidr, address, user, label } of entries) {
    const network = cidr ?? address;
    if (network !== undefined) networks.set(label, [...(networks.get(label) ?? []), network]);
    if (user !== undefined) users.set(user, [...new Set([...(users.get(user) ?? []), label])]);
  }
  const tests = [...networks].map(([label, nets]) => ({ label, holds: addressTest(nets) }));
  return {
    ofAddress: address => tests.filter(({ holds }) => holds(address)).map(({ label }) => label),
    ofUser: user => users.get(user) ?? NONE,
  };
}
