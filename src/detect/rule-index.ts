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
  const popularity = countPaths(rules);
  const drawers = new Map<string, { path: readonly string[]; rules: Map<string, CompiledRule[]> }>();
  for (const rule of rules) {
    const requirement = mostPopular(rule.requires, popularity);
    if (requirement === undefined) continue;
    const key = keyOf(requirement);
    const drawer = drawers.get(key) ?? { path: requirement.path, rules: new Map() };
    drawers.set(key, drawer);
    for (const value of new Set(requirement.values))
      drawer.rules.set(value, [...(drawer.rules.get(value) ?? []), rule]);
  }
  return [...drawers.values()];
}

function countPaths(rules: readonly CompiledRule[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { requires } of rules) {
    for (const key of new Set(requires.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Few drawers are better than narrow ones: each costs a read an event. */
const mostPopular = (
  requires: readonly Requirement[],
  popularity: ReadonlyMap<string, number>,
): Requirement | undefined =>
  [...requires].sort((a, b) => (popularity.get(keyOf(b)) ?? 0) - (popularity.get(keyOf(a)) ?? 0))[0];

const keyOf = ({ path }: Requirement): string => path.join('\0');
