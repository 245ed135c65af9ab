import { KeywardenError } from '../errors.ts';
import type { DetectionSource, Item } from '../sigma/detection.ts';
import { CONTAINS, EQUALS } from '../sigma/matchers.ts';
import type { Lists } from '../sigma/placeholder.ts';
import { compileValues, modeFor } from '../sigma/values.ts';

/** How the engine compares the values of an item; `fault` says why that cannot be told. The one place that knows the engine's own types. */
export type ItemMatcher =
  | {
      readonly accepts: (value: unknown) => boolean;
      /** Lower-cased texts of which the field has to have one, where that can be said. */
      readonly wanted: readonly string[] | undefined;
    }
  | { readonly fault: string; readonly node: unknown };

const NOT_ALONE = 'what is compared is not the value itself, but another field or a part of a time';

/** Compiles the values of an item as the engine does. */
export function matcherOf(item: Item, lists: Lists): ItemMatcher {
  let place: unknown = item.node;
  const fault: DetectionSource['fault'] = (node, what) => {
    place = node;
    return new KeywardenError('RULE', what);
  };
  const source: DetectionSource = { rule: { logsource: {} }, selections: new Map(), conditions: [], fault };
  try {
    const mode = modeFor(item, item.field === '' ? CONTAINS : EQUALS, source);
    if (mode.reference || mode.part !== undefined) return { fault: NOT_ALONE, node: item.node };
    const { tests, needs } = compileValues(item, mode, source, lists);
    const wanted = needs.find(({ kind }) => kind === 'value')?.texts;
    return { accepts: value => tests.every(test => test(value)), wanted };
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    return { fault: error.message.slice(error.message.indexOf(': ') + 2), node: place };
  }
}
