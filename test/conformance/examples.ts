import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Example = z.strictObject({ name: z.string().min(1), record: z.record(z.string(), z.unknown()) });

const Examples = z.strictObject({ match: z.array(Example).min(2), no_match: z.array(Example).min(2) });

/** The examples beside a rule file. */
export const examplesOf = (file: string): z.output<typeof Examples> =>
  Examples.parse(parse(readFileSync(file.replace(/\.yml$/, '.examples.yml'), 'utf8')));
