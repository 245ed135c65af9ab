import { z } from 'zod';
import { YamlSource } from './source.ts';

const Entry = z.strictObject({
  value: z.string().min(1),
  reason: z.string().min(1),
  /** The last day on which the entry counts, in UTC. */
  expires: z.iso.date('a day such as 2027-06-30').optional(),
});

const List = z.strictObject({
  list: z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name of lower-case letters, digits and _'),
  description: z.string().min(1),
  owner: z.string().min(1),
  entries: z.array(Entry),
});

/** Values that rules name by a placeholder, with who answers for them and why. */
export type AllowList = z.output<typeof List>;

/** Reads the list of one file. Throws LIST naming file, line and column. */
export function parseList(text: string, file: string): AllowList {
  const source = new YamlSource(text, file, 'LIST');
  const [document, another] = source.documents;
  if (document === undefined)
    throw source.fault(undefined, 'the file is empty; a list has list, description, owner and entries');
  if (another !== undefined) throw source.fault(another.map, 'one list a file');
  const result = List.safeParse(document.value);
  if (result.success) return result.data;
  throw source.refusal(document, result.error);
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The values whose last day has not passed. */
export const activeValues = ({ entries }: AllowList, now: Date): readonly string[] =>
  entries
    .filter(({ expires }) => expires === undefined || Date.parse(expires) + DAY_MS > now.getTime())
    .map(({ value }) => value);
