import { speaksOf } from '../../sigma/logsource.ts';
import type { Rule } from '../../sigma/rule.ts';
import { nearest } from '../spelling.ts';
import { BODY, isField, type Tree } from './bodies.ts';
import { ETCD_SERVER } from './etcd-server.ts';
import { anything, type Field, type Fields } from './field.ts';
import { KUBERNETES_AUDIT } from './kubernetes-audit.ts';

/** A log source that Keywarden reads, and the fields of its events. */
export type Schema = { readonly product: string; readonly service: string; readonly fields: Fields };

export const SCHEMAS: readonly Schema[] = [
  { product: 'kubernetes', service: 'audit', fields: KUBERNETES_AUDIT },
  { product: 'etcd', service: 'server', fields: ETCD_SERVER },
];

/** The schema of the log that a rule speaks of; SigmaHQ files audit logs under the category application. */
export const schemaOf = (logsource: Rule['logsource']): Schema | undefined =>
  SCHEMAS.find(({ product, service }) => speaksOf(logsource, { category: 'application', product, service }));

/** What is known of a path: a field, or nothing for certain below a field that is free. `near` are paths that may have been meant. */
export type Known =
  | { readonly kind: 'field'; readonly field: Field; readonly path: string }
  | { readonly kind: 'free'; readonly field: Field; readonly path: string; readonly near: readonly string[] }
  | { readonly kind: 'unknown'; readonly path: string; readonly near: readonly string[] };

/** Looks a path up in a log source. */
export function knownAt(schema: Schema, path: readonly string[]): Known {
  const written = path.join('.');
  const own = fieldOf(schema.fields, written);
  if (own !== undefined) return { kind: 'field', field: own, path: written };
  for (let length = path.length - 1; length > 0; length -= 1) {
    const above = fieldOf(schema.fields, path.slice(0, length).join('.'));
    if (above === undefined) continue;
    if (above.free !== true) break;
    return isBody(path, length)
      ? bodyAt(above, path, length)
      : { kind: 'free', field: leaf(above), path: written, near: [] };
  }
  const isParent = Object.keys(schema.fields).some(name => name.startsWith(`${written}.`));
  if (isParent) return { kind: 'field', field: { type: 'object' }, path: written };
  return { kind: 'unknown', path: written, near: nearest(written, Object.keys(schema.fields)) };
}

const fieldOf = (fields: Fields, path: string): Field | undefined =>
  Object.hasOwn(fields, path) ? fields[path] : undefined;

const BODIES: ReadonlySet<string> = new Set(['requestObject', 'responseObject', 'patched']);

const isBody = (path: readonly string[], length: number): boolean => length === 3 && BODIES.has(path[2] ?? '');

/** What a free field may hold: the level that it needs goes down with it. */
const leaf = ({ level }: Field): Field => (level === undefined ? anything() : anything({ level }));

function bodyAt(above: Field, path: readonly string[], start: number): Known {
  const written = path.join('.');
  const free: Known = { kind: 'free', field: leaf(above), path: written, near: [] };
  let tree: Tree = BODY;
  for (let i = start; i < path.length; i += 1) {
    const name = path[i] ?? '';
    const next = Object.hasOwn(tree, name) ? tree[name] : undefined;
    if (next === undefined) {
      const near = nearest(name, Object.keys(tree)).map(other =>
        [...path.slice(0, i), other, ...path.slice(i + 1)].join('.'),
      );
      return { ...free, near };
    }
    if (!isField(next)) {
      tree = next;
      continue;
    }
    if (i < path.length - 1) return free;
    return next.free === true ? free : { kind: 'field', field: inBody(next, above), path: written };
  }
  return { kind: 'field', field: inBody({ type: 'object' }, above), path: written };
}

/** Bodies are full of lists of objects, so any of their fields may have several values. */
const inBody = (field: Field, { level }: Field): Field =>
  level === undefined ? { ...field, many: true } : { ...field, many: true, level };
