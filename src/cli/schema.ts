import { Argument, Command } from 'commander';
import { z } from 'zod';
import { JSON_SCHEMAS } from '../check/json-schema/schemas.ts';
import { ConfigSchema } from '../config/schema.ts';
import { SilenceFields } from '../detect/silence.ts';

/** Kinds that are checked by zod. */
const CHECKED: Readonly<Record<string, { readonly title: string; readonly schema: z.ZodType }>> = {
  silence: { title: 'A silence of Keywarden', schema: SilenceFields },
  config: { title: 'The configuration of Keywarden', schema: ConfigSchema },
};

const KINDS = [...Object.keys(JSON_SCHEMAS), ...Object.keys(CHECKED)];

/** `keywarden schema`: what editors complete and check YAML by. */
export const schemaCommand = (): Command =>
  new Command('schema')
    .description('print the JSON Schema of a kind of file, for editors')
    .addArgument(
      new Argument('<kind>', 'what the file holds; rules is whatever stands in a folder of rules').choices(KINDS),
    )
    .addHelpText(
      'after',
      '\nExample:\n  keywarden schema rules > rules.schema.json\n\nHow editors use it: docs/editors.md',
    )
    .action((kind: string) => {
      process.stdout.write(`${JSON.stringify(schemaOf(kind), undefined, 2)}\n`);
    });

/** The JSON Schema of a kind of file. */
export function schemaOf(kind: string): object {
  const checked = CHECKED[kind];
  if (checked === undefined) return JSON_SCHEMAS[kind] ?? {};
  const { title, schema } = checked;
  return { title, ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }) };
}
