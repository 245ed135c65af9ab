import type { Subject } from '../model/event.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Path } from '../sigma/resolve.ts';
import { describe } from './describe.ts';

const PLACEHOLDER = /\{([^{}]+)\}/g;
const MAX_VALUE_LENGTH = 200;

/** The rule's own sentence with the event's values in it, or a plain one where the rule has none. */
export function messageOf(compiled: CompiledRule, subject: Subject): string {
  const { title, keywarden } = compiled.rule;
  const template = keywarden?.message;
  if (template === undefined) return `${title}: ${describe(subject)}`;
  return template.replace(PLACEHOLDER, (_, field: string) => valueAt(subject.document, field, compiled) ?? 'unknown');
}

/** The value of a rule's field as text, lists and places joined; undefined where the event has none. */
export function textAt(document: object, field: string, { pathsOf }: Fields): string | undefined {
  const paths = pathsOf(field);
  const plain = paths.length === 1 ? plainAt(document, paths[0] ?? []) : undefined;
  if (plain !== undefined) return plain;
  const values = paths.flatMap(path => valuesAt(document, path));
  return values.length === 0 ? undefined : values.map(text).join(', ');
}

/** The same as it stands in a sentence. */
export const valueAt = (document: object, field: string, rule: Fields): string | undefined =>
  textAt(document, field, rule)?.slice(0, MAX_VALUE_LENGTH);

type Fields = Pick<CompiledRule, 'pathsOf'>;

/** The text at the end of a path where no list is on the way, as is usual: a twentieth of what it costs to look for lists. */
function plainAt(document: object, path: Path): string | undefined {
  let value: unknown = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' ? value : undefined;
}

function valuesAt(document: object, path: Path): readonly unknown[] {
  let values: readonly unknown[] = [document];
  for (const name of path) {
    values = values.flatMap(value => below(value, name)).filter(value => value !== undefined && value !== null);
  }
  return values.flat();
}

/** No list of an API server stands in a list; an attacker's may, deeper than the stack. */
const MAX_DEPTH = 100;

function below(value: unknown, name: string, depth = 0): unknown {
  if (Array.isArray(value)) return depth > MAX_DEPTH ? undefined : value.flatMap(item => below(item, name, depth + 1));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function text(value: unknown): string {
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return '[nested too deeply]';
  }
}
