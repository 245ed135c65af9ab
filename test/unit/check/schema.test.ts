import { expect, test } from '@jest/globals';
import type { Field } from '../../../src/check/schema/field.ts';
import { knownAt, type Schema, schemaOf } from '../../../src/check/schema/schema.ts';
import { RECORDED } from '../../fixtures/recorded.ts';
import { normalized } from '../normalize/support.ts';

const schemas = { 'kubernetes.audit_logs': 'kubernetes', 'etcd.audit_logs': 'etcd' } as const;
const schemaNamed = (product: string): Schema => {
  const schema = schemaOf({ product });
  if (schema === undefined) throw new Error(`no schema of ${product}`);
  return schema;
};

test('every field of every recorded event is known, of the stated type and among the stated values', () => {
  const wrong = new Set<string>();
  for (const record of RECORDED) {
    for (const { document, dataset } of normalized(record).events) {
      const line = document.etcd?.line;
      for (const { path, value } of leaves(document)) {
        const fault = faultOf(schemaNamed(schemas[dataset]), path, value, line);
        if (fault !== undefined) wrong.add(`${dataset} ${path.join('.')}: ${fault}`);
      }
    }
  }
  expect([...wrong]).toEqual([]);
});

test('every recorded event has the fields that are said to be always there', () => {
  const missing = new Set<string>();
  for (const record of RECORDED) {
    for (const { document, dataset } of normalized(record).events) {
      const present = new Set(leaves(document).map(({ path }) => path.join('.')));
      for (const [path, field] of Object.entries(schemaNamed(schemas[dataset]).fields)) {
        if (field.always === true && !present.has(path)) missing.add(path);
      }
    }
  }
  expect([...missing]).toEqual([]);
});

type Leaf = { readonly path: readonly string[]; readonly value: unknown };

function leaves(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(item => leaves(item, path));
  if (typeof value !== 'object') return [{ path, value }];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

const TYPES: Readonly<Record<Field['type'], (value: unknown) => boolean>> = {
  text: value => typeof value === 'string',
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  address: value => typeof value === 'string' && /^[\d.]+$|:/.test(value),
  time: value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value),
  object: () => false,
  any: () => true,
};

function faultOf(
  schema: Schema,
  path: readonly string[],
  value: unknown,
  line: string | undefined,
): string | undefined {
  const known = knownAt(schema, path);
  if (known.kind === 'unknown') return 'unknown';
  const { type, values, range, lines, lower } = known.field;
  const shown = JSON.stringify(value);
  if (!TYPES[type](value) && value !== '[redacted by keywarden]') return `${shown} is no ${type}`;
  if (values !== undefined && !values.includes(String(value))) return `${shown} is not among the values`;
  if (range !== undefined && typeof value === 'number' && (value < range[0] || value > range[1]))
    return `${shown} is out of range`;
  if (lower === true && String(value) !== String(value).toLowerCase()) return `${shown} has capitals`;
  if (lines !== undefined && !(lines as readonly (string | undefined)[]).includes(line)) return `is on a line ${line}`;
  const own = known.field.linesOf?.(String(value));
  return own === undefined || (own as readonly (string | undefined)[]).includes(line)
    ? undefined
    : `${shown} is on a line ${line}`;
}
