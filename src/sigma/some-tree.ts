import { type FieldTest, selectionTest } from './selection.ts';
import { someOf, type ValueTest } from './tests.ts';

/** The fields of a selection at one of the places where they may stand. */
type Tree = readonly FieldTest[];

/**
 * Holds where one of the trees does. A beginning that they share is read once, and where it is absent all below it are
 * done with: a pod is not searched for the containers of a Deployment and of a CronJob.
 */
export function someTree(trees: readonly Tree[]): ValueTest {
  const [only] = trees;
  if (trees.length === 1 && only !== undefined) return selectionTest(only);
  const shared = sharedPath(trees.flat());
  if (shared.length === 0) return byBeginning(trees);
  const below = guarded(someTree(trees.map(tree => tree.map(field => lowered(field, shared.length)))));
  return selectionTest([{ path: shared, test: below, cost: 0, within: true }]);
}

type Path = FieldTest['path'];

/** Where all paths go the same way; never the whole of one, since its test sees a list whole. */
function sharedPath(fields: Tree): Path {
  const [first = []] = fields.map(({ path }) => path.slice(0, -1));
  const length = first.findIndex((name, i) => fields.some(({ path }) => i >= path.length - 1 || path[i] !== name));
  return length < 0 ? first : first.slice(0, length);
}

function byBeginning(trees: readonly Tree[]): ValueTest {
  const groups = [...Map.groupBy(trees, tree => sharedPath(tree)[0]).values()];
  if (groups.length === 1) return someOf(trees.map(selectionTest));
  return someOf(groups.map(someTree));
}

const lowered = (field: FieldTest, by: number): FieldTest => ({ ...field, path: field.path.slice(by) });

/** What tests say of an absent value is known beforehand. */
function guarded(test: ValueTest): ValueTest {
  const whenAbsent = test(undefined);
  return value => (value === undefined ? whenAbsent : test(value));
}
