import { KeywardenError } from '../errors.ts';
import { CONTAINS, EQUALS } from '../sigma/matchers.ts';
import type { DetectionSource, Item } from '../sigma/parse.ts';
import type { Lists } from '../sigma/placeholder.ts';
import { compileValues } from '../sigma/values.ts';

/** How the engine compares the values of an item; `fault` says why it does not. The one place that knows the engine's own types. */
export type ItemMatcher =
  | {
      readonly accepts: (value: unknown) => boolean;
      /** Lower-cased texts of which the field has to have one, where that can be said. */
      readonly wanted: readonly string[] | undefined;
    }
  | { readonly fault: string; readonly node: unknown };

/** Compiles the values of an item as the engine does. */
export function matcherOf(item: Item, lists: Lists): ItemMatcher {
  let place: unknown = item.node;
  const fault: DetectionSource['fault'] = (node, what) => {
    place = node;
    return new KeywardenError('RULE', what);
  };
  const source: DetectionSource = { rule: { logsource: {} }, selections: new Map(), conditions: [], fault };
  try {
    const { tests, wanted } = compileValues(item, item.field === '' ? CONTAINS : EQUALS, source, lists);
    return { accepts: value => tests.every(test => test(value)), wanted };
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    return { fault: error.message.slice(error.message.indexOf(': ') + 2), node: place };
  }
}
