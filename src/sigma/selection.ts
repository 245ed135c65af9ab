import type { ValueTest } from './matchers.ts';

/** One field of a selection, ready: `test` sees each value at `path`, or undefined where there is none. */
export type FieldTest = { readonly path: readonly string[]; readonly test: ValueTest };

type Node = { readonly tests: ValueTest[]; readonly children: Map<string, Node> };

/**
 * Joins the fields of one selection into a tree of their paths, so that a shared beginning is read once and fields below
 * the same list of objects have to hold for one and the same element of it.
 */
export function selectionTest(fields: readonly FieldTest[]): (event: unknown) => boolean {
  const root: Node = newNode();
  for (const { path, test } of fields) place(root, path).tests.push(test);
  return compiled(root);
}

const newNode = (): Node => ({ tests: [], children: new Map() });

function place(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const name of path) {
    const child = node.children.get(name) ?? newNode();
    node.children.set(name, child);
    node = child;
  }
  return node;
}

function compiled({ tests, children }: Node): ValueTest {
  const [only] = tests;
  const here = tests.length === 1 && only !== undefined ? only : allOf(tests);
  if (children.size === 0) return here;
  const below = childrenTest([...children].map(([name, child]) => ({ read: reader(name), test: compiled(child) })));
  return tests.length === 0 ? below : value => here(value) && below(value);
}

const allOf =
  (tests: readonly ValueTest[]): ValueTest =>
  value => {
    for (const test of tests) if (!test(value)) return false;
    return true;
  };

type Child = { readonly read: (value: object) => unknown; readonly test: ValueTest };

function childrenTest(children: readonly Child[]): ValueTest {
  const [only] = children;
  const holds = children.length === 1 && only !== undefined ? oneChild(only) : everyChild(children);
  const test: ValueTest = value => {
    if (!Array.isArray(value)) return holds(value);
    // Nothing in the list: as if the field were absent.
    if (value.length === 0) return holds(undefined);
    for (const element of value) if (test(element)) return true;
    return false;
  };
  return test;
}

const oneChild =
  ({ read, test }: Child): ValueTest =>
  value =>
    test(typeof value === 'object' && value !== null ? read(value) : undefined);

const everyChild =
  (children: readonly Child[]): ValueTest =>
  value => {
    const object = typeof value === 'object' && value !== null ? value : undefined;
    for (const { read, test } of children) if (!test(object === undefined ? undefined : read(object))) return false;
    return true;
  };

type Fields = Readonly<Record<string, unknown>>;

/** Reads own properties only; for a name that no object inherits the check can be left out. */
const reader = (name: string): Child['read'] =>
  name in Object.prototype
    ? value => (Object.hasOwn(value, name) ? (value as Fields)[name] : undefined)
    : value => (value as Fields)[name];
