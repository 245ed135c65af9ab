import type { CompileOptions } from './compile.ts';
import type { DetectionSource, Item, Value } from './detection.ts';
import { type Found, foundAnywhere, foundAt } from './found.ts';
import { compileItems, pathsOf } from './items.ts';
import { CONTAINS, EQUALS } from './matchers.ts';
import { placeholdersOf } from './placeholder.ts';
import type { ValueTest } from './tests.ts';
import { compileValues, modeFor } from './values.ts';

/** What one field of a selection wanted, what the event has there, and what of both met. */
export type FieldVerdict = {
  /** As the rule writes it, modifiers included; empty for keywords. */
  readonly field: string;
  /** The paths in the event that the field stands for. */
  readonly paths: readonly string[];
  readonly holds: boolean;
  readonly wants: Wants;
  readonly found: readonly FoundValue[];
  /** How many more values the event has there than are told. */
  readonly more: number;
};

export type Wants = {
  /** How a value has to compare: the modifiers but for `all`, `neq` and `expand`. */
  readonly compare: readonly string[];
  readonly all: boolean;
  readonly negated: boolean;
  /** The values name lists. */
  readonly expand: boolean;
  /** As the rule writes them; `null` is an absent field. */
  readonly values: readonly (string | number | boolean | null)[];
};

/** A value of the event, and the rule's value or the entry of a list that it met. */
export type FoundValue = Found & { readonly met?: Met };
export type Met = { readonly value: string | number | boolean | null; readonly list?: string };

/** One field, ready to be judged by itself. */
export type FieldJudge = {
  readonly field: string;
  /** Its places, each with a test that looks there alone. */
  readonly places: readonly Place[];
  readonly verdict: (event: object) => FieldVerdict;
};

export type Place = { readonly path: readonly string[]; readonly test: (event: object) => boolean };

/** Values of one field that are told; an event may have thousands. */
const MAX_FOUND = 10;

/** Prepares one `field|modifier: values`. Throws RULE. */
export function judgeField(item: Item, source: DetectionSource, options: CompileOptions): FieldJudge {
  const { test } = compileItems([item], source, options);
  const isKeyword = item.field === '';
  const paths = isKeyword ? [] : pathsOf(item.field, item.node, source, options);
  const places = paths.map(path => ({
    path,
    test: compileItems([item], source, { ...options, resolve: () => [path] }).test,
  }));
  const singles = once(() => singlesOf(item, source, options));
  const met = (value: unknown): Met | undefined => singles().find(single => single.test(value))?.met;
  const field = [item.field, ...item.modifiers].join('|');
  const wants = wantsOf(item);
  return {
    field,
    places,
    verdict: event => {
      const { values, more } = isKeyword
        ? foundAnywhere(event, value => met(value) !== undefined, MAX_FOUND)
        : foundAt(event, paths, MAX_FOUND);
      const found = values.map(({ raw, ...value }): FoundValue => {
        const by = met(raw);
        return by === undefined ? value : { ...value, met: by };
      });
      return { field, paths: paths.map(path => path.join('.')), holds: test(event), wants, found, more };
    },
  };
}

const HOW_MANY = new Set(['all', 'neq', 'expand']);

const wantsOf = ({ modifiers, values }: Item): Wants => ({
  compare: modifiers.filter(name => !HOW_MANY.has(name)),
  all: modifiers.includes('all'),
  negated: modifiers.includes('neq'),
  expand: modifiers.includes('expand'),
  values: values.map(({ value }) => value),
});

type Single = { readonly test: ValueTest; readonly met: Met };

/** Each value by itself, and each entry of a list where a placeholder stands for it. */
function singlesOf(item: Item, source: DetectionSource, { lists }: CompileOptions): readonly Single[] {
  const modifiers = item.modifiers.filter(name => name !== 'all' && name !== 'neq');
  const mode = modeFor({ ...item, modifiers }, item.field === '' ? CONTAINS : EQUALS, source);
  // What it compares with is in the event, not in the rule.
  if (mode.reference) return [];
  const testOf = (value: Value, known: CompileOptions['lists']): ValueTest | undefined =>
    compileValues({ ...item, modifiers, values: [value] }, mode, source, known).tests[0];
  const single = (value: Value, known: CompileOptions['lists'], met: Met): readonly Single[] => {
    const test = testOf(value, known);
    return test === undefined ? [] : [{ test, met }];
  };
  return item.values.flatMap(value => {
    const [list, another] = modifiers.includes('expand') ? placeholdersOf(String(value.value)) : [];
    if (list === undefined || another !== undefined) return single(value, lists, { value: value.value });
    return (lists.get(list) ?? []).flatMap(entry => single(value, new Map([[list, [entry]]]), { value: entry, list }));
  });
}

/** Lists may be long, and most fields are never asked which entry they met. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
