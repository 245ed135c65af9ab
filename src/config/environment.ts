import { z } from 'zod';
import { KeywardenError } from '../errors.ts';

const PREFIX = 'KEYWARDEN_';
const LEVEL = '__';

type Environment = Readonly<Record<string, string | undefined>>;
type Tree = { [name: string]: unknown };

/**
 * Lays `KEYWARDEN_…` variables over a configuration: `KEYWARDEN_KAFKA__BROKERS=a:9092,b:9092` is `kafka.brokers`.
 * Two underscores go one level down; capitals and single underscores do not count; lists are split at commas.
 */
export function withEnvironment(file: Tree, environment: Environment, schema: z.ZodType): Tree {
  const config = structuredClone(file);
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(PREFIX)) continue;
    set(config, variable.slice(PREFIX.length).split(LEVEL), text, schema, variable);
  }
  return config;
}

function set(config: Tree, path: readonly string[], text: string, schema: z.ZodType, variable: string): void {
  const fields = objectIn(schema)?.shape ?? {};
  const [first = '', ...rest] = path;
  const name = Object.keys(fields).find(field => field.toLowerCase() === first.replaceAll('_', '').toLowerCase());
  const field = name === undefined ? undefined : fields[name];
  if (name === undefined || field === undefined) throw unknown(variable, Object.keys(fields));
  if (rest.length === 0) {
    config[name] = typed(text, innermost(field));
    return;
  }
  const below = (config[name] ?? {}) as Tree;
  config[name] = below;
  set(below, rest, text, field, variable);
}

function typed(text: string, schema: z.ZodType): unknown {
  if (schema instanceof z.ZodArray) {
    const element = innermost(schema.element as z.ZodType);
    const items = text.split(',').map(item => item.trim());
    return element instanceof z.ZodObject ? items.map(name => ({ name })) : items;
  }
  if (schema instanceof z.ZodNumber) return text.trim() === '' ? text : Number(text);
  if (schema instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

const objectIn = (schema: z.ZodType): z.ZodObject | undefined => {
  const inner = innermost(schema);
  return inner instanceof z.ZodObject ? inner : undefined;
};

/** Looks through optional and default wrappers. */
function innermost(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return innermost(schema.unwrap() as z.ZodType);
  }
  return schema;
}

const unknown = (variable: string, names: readonly string[]): KeywardenError =>
  new KeywardenError(
    'CONFIG',
    `environment variable ${variable} names no setting; allowed here: ${names.join(', ') || 'nothing below it'}`,
  );
