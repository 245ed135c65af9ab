import { anyElement, everyOf, type ValueTest } from './tests.ts';

/** One field of a selection, ready: `test` sees the value at `path`, or undefined where there is none. */
export type FieldTest = {
  readonly path: readonly string[];
  readonly test: ValueTest;
  readonly cost: number;
  /** Of a list at `path` the test sees one element at a time: the one for which the fields below it hold. */
  readonly within?: boolean;
};

type Node = { readonly here: Compiled[]; readonly within: Compiled[]; readonly children: Map<string, Node> };

/**
 * Joins the fields of one selection into a tree of their paths, so that a shared beginning is read once and fields below
 * the same list of objects have to hold for one and the same element of it.
 */
export function selectionTest(fields: readonly FieldTest[]): (event: unknown) => boolean {
  const root: Node = newNode();
  for (const { path, test, cost, within } of fields) {
    const node = place(root, path);
    (within === true ? node.within : node.here).push({ test, cost });
  }
  return compiled(root).test;
}

const newNode = (): Node => ({ here: [], within: [], children: new Map() });

function place(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const name of path) {
    const child = node.children.get(name) ?? newNode();
    node.children.set(name, child);
    node = child;
  }
  return node;
}

type Compiled = { readonly test: ValueTest; readonly cost: number };

/** Cheap tests go first, so that most events are refused by them. */
function compiled({ here, within, children }: Node): Compiled {
  const below = [...children].map(([name, child]) => ({ read: reader(name), ...compiled(child) })).sort(byCost);
  const tests = [...here].sort(byCost);
  const element = below.length === 0 ? within : [{ test: childrenTest(below), cost: sum(below) }, ...within];
  if (element.length > 0) {
    tests.push({ test: anyElement(everyOf(element.map(({ test }) => test))), cost: sum(element) });
  }
  return { test: everyOf(tests.map(({ test }) => test)), cost: sum(tests) };
}

const byCost = (a: Compiled, b: Compiled): number => a.cost - b.cost;

const sum = (tests: readonly Compiled[]): number => tests.reduce((total, { cost }) => total + cost, 0);

type Child = { readonly read: (value: object) => unknown; readonly test: ValueTest };

function childrenTest(children: readonly Child[]): ValueTest {
  const [only] = children;
  return children.length === 1 && only !== undefined ? oneChild(only) : everyChild(children);
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
