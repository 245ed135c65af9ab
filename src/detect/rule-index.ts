import type { CompiledRule, Requirement } from '../sigma/compile.ts';

/** One field that decides for some rules: only those filed under its value can hold. */
type Drawer = { readonly path: readonly string[]; readonly rules: ReadonlyMap<string, readonly CompiledRule[]> };

/**
 * Files every rule under the values that it requires of one field, so that an event meets only the rules that can hold.
 * A field read and a lookup for each drawer replace most evaluations; rules without a requirement are always candidates.
 */
export class RuleIndex {
  readonly #always: readonly CompiledRule[];
  readonly #drawers: readonly Drawer[];

  constructor(rules: readonly CompiledRule[]) {
    this.#always = rules.filter(({ requires }) => requires.length === 0);
    this.#drawers = drawersOf(rules.filter(({ requires }) => requires.length > 0));
  }

  /** The rules that may hold on the document, each once. */
  candidates(document: object): readonly CompiledRule[] {
    let found = this.#always;
    for (const { path, rules } of this.#drawers) {
      const value = read(document, path);
      if (typeof value === 'string') found = joined(found, rules.get(value.toLowerCase()));
      else if (typeof value === 'object' && value !== null) found = joined(found, everyRule(rules));
      else if (value !== undefined) found = joined(found, rules.get(String(value)));
    }
    return found;
  }
}

const joined = (found: readonly CompiledRule[], more: readonly CompiledRule[] | undefined): readonly CompiledRule[] =>
  more === undefined ? found : found.length === 0 ? more : [...found, ...more];

/** A list has many values: no rule is skipped. */
function everyRule(rules: Drawer['rules']): readonly CompiledRule[] {
  return [...new Set([...rules.values()].flat())];
}

function read(document: object, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // A path that meets a list has no single value.
    if (Array.isArray(value)) return value;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function drawersOf(rules: readonly CompiledRule[]): readonly Drawer[] {
  const variety = varietyOf(rules);
  const drawers = new Map<string, { path: readonly string[]; rules: Map<string, CompiledRule[]> }>();
  for (const rule of rules) {
    const requirement = mostTelling(rule.requires, variety);
    if (requirement === undefined) continue;
    const key = keyOf(requirement);
    const drawer = drawers.get(key) ?? { path: requirement.path, rules: new Map() };
    drawers.set(key, drawer);
    for (const value of new Set(requirement.values)) {
      drawer.rules.set(value, [...(drawer.rules.get(value) ?? []), rule]);
    }
  }
  return [...drawers.values()];
}

/** How many values all rules together name for each field. */
function varietyOf(rules: readonly CompiledRule[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<string>>();
  for (const requirement of rules.flatMap(({ requires }) => requires)) {
    const key = keyOf(requirement);
    values.set(key, new Set([...(values.get(key) ?? []), ...requirement.values]));
  }
  return new Map([...values].map(([key, set]) => [key, set.size]));
}

/** A field of many values skips most rules; and the same field for many rules is but one read an event. */
const mostTelling = (requires: readonly Requirement[], variety: ReadonlyMap<string, number>): Requirement | undefined =>
  [...requires].sort((a, b) => (variety.get(keyOf(b)) ?? 0) - (variety.get(keyOf(a)) ?? 0))[0];

const keyOf = ({ path }: Requirement): string => path.join('\0');
