import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { KeywardenError } from '../errors.ts';
import { withEnvironment } from './environment.ts';
import { type CollectorConfig, CollectorConfigSchema, type Config, ConfigSchema, SECRET_KEYS } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The file laid over by the environment, checked. Throws CONFIG with a line for each wrong key or value. */
export const loadConfig = (path: string | undefined, environment: Environment): Config =>
  load(path, environment, ConfigSchema);

/** The same for `collect etcd`. */
export const loadCollectorConfig = (path: string | undefined, environment: Environment): CollectorConfig =>
  load(path, environment, CollectorConfigSchema);

function load<S extends z.ZodType>(path: string | undefined, environment: Environment, schema: S): z.output<S> {
  const file = path === undefined ? {} : readYaml(path);
  const merged = withEnvironment(file, environment, schema);
  const result = schema.safeParse(merged, { reportInput: true });
  if (result.success) return result.data;
  throw new KeywardenError(
    'CONFIG',
    result.error.issues
      .map(issue => (path === undefined ? unconfigured(issue) : `${path}: ${sentence(issue)}`))
      .join('\n'),
  );
}

/** What nothing works without, by the variable that gives it. */
const VARIABLES: Readonly<Record<string, string>> = {
  kafka: 'KEYWARDEN_KAFKA__BROKERS',
  'kafka.brokers': 'KEYWARDEN_KAFKA__BROKERS',
  elasticsearch: 'KEYWARDEN_ELASTICSEARCH__NODES',
  'elasticsearch.nodes': 'KEYWARDEN_ELASTICSEARCH__NODES',
  collector: 'KEYWARDEN_COLLECTOR__ENDPOINTS',
  'collector.endpoints': 'KEYWARDEN_COLLECTOR__ENDPOINTS',
};

/** Without a file the first thing to say is how to give one. */
function unconfigured(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  const variable = issue.code === 'invalid_type' && issue.input === undefined ? VARIABLES[path] : undefined;
  return variable === undefined
    ? `the environment: ${sentence(issue)}`
    : `${path}: is missing; give a configuration by --config FILE, or ${variable} in the environment`;
}

function readYaml(path: string): Record<string, unknown> {
  const document = parseDocument(text(path), { uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new KeywardenError('CONFIG', `${path}: ${firstLine(error.message)}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new KeywardenError('CONFIG', `${path}: expected keys and values, such as kafka: and elasticsearch:`);
  }
  return value as Record<string, unknown>;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new KeywardenError('CONFIG', `${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** `kafka.sasl.mechanism: found "gssapi", allowed: plain, scram-sha-256, scram-sha-512` */
function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map(key => `${[...issue.path, key].join('.')}: no such key, allowed: ${keysAt(issue.path)}`)
      .join('; ');
  }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return `${path}: is missing, allowed: ${allowed(issue)}`;
  return `${path || 'the whole'}: found ${shown(issue)}, allowed: ${allowed(issue)}`;
}

function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small') return `at least ${issue.minimum}${issue.origin === 'array' ? ' entry' : ''}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  return issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
};

function shown(issue: z.core.$ZodIssue): string {
  const text = JSON.stringify(issue.input) ?? 'nothing';
  // An age identity where its recipient should stand is a likely slip.
  const secret = issue.path.some(name => SECRET_KEYS.has(String(name))) || /AGE-SECRET-KEY/i.test(text);
  return secret ? 'a secret (not shown)' : firstLine(text).slice(0, 100);
}

function keysAt(path: readonly PropertyKey[]): string {
  let schema: unknown = ConfigSchema;
  for (const name of path) schema = childOf(schema, name);
  const shape = unwrapped(schema)?.shape ?? {};
  return Object.keys(shape).join(', ');
}

type Wrapped = {
  readonly unwrap?: () => unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
};

function unwrapped(schema: unknown): Wrapped | undefined {
  let inner = schema as Wrapped | undefined;
  while (inner?.shape === undefined && inner?.element === undefined && inner?.unwrap !== undefined) {
    inner = inner.unwrap() as Wrapped;
  }
  return inner;
}

const childOf = (schema: unknown, name: PropertyKey): unknown =>
  typeof name === 'number' ? unwrapped(schema)?.element : unwrapped(schema)?.shape?.[String(name)];

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;
