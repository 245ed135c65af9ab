/** Compares the values of two fields. */
export type Relation = (found: string, other: string) => boolean;

type Path = readonly string[];

/** In characters. Two lists of an event are compared each with each; an attacker makes them, and their texts, as long as an event may be. */
const MAX_COMPARED = 4_000_000;
/** What a comparison costs beside its characters. */
const COST = 16;

/** Lists in lists are searched no deeper, so that no event can exhaust the stack. */
const MAX_NESTING = 64;

/**
 * Whether a value at one path stands in the relation to a value at the other, both below `value`; an absent one stands
 * in none. Evaluating allocates nothing but the lower-cased texts.
 */
export const referenceTest = (path: Path, other: Path, relation: Relation, cased: boolean) => {
  const related: Relation = cased
    ? relation
    : (found, wanted) => relation(found, wanted) || relation(found.toLowerCase(), wanted.toLowerCase());
  const reference: Reference = { path, other, related, left: MAX_COMPARED };
  return (value: unknown): boolean => {
    reference.left = MAX_COMPARED;
    return someFound(value, reference, value, 0, 0);
  };
};

type Reference = { readonly path: Path; readonly other: Path; readonly related: Relation; left: number };

function someFound(value: unknown, reference: Reference, root: unknown, at: number, depth: number): boolean {
  if (Array.isArray(value)) {
    if (depth > MAX_NESTING) return false;
    for (const element of value) {
      if (reference.left <= 0) return false;
      if (someFound(element, reference, root, at, depth + 1)) return true;
    }
    return false;
  }
  const name = reference.path[at];
  if (name !== undefined) return someFound(below(value, name), reference, root, at + 1, depth);
  const found = textOf(value);
  return found !== undefined && someOther(root, reference, found, 0, 0);
}

function someOther(value: unknown, reference: Reference, found: string, at: number, depth: number): boolean {
  if (Array.isArray(value)) {
    if (depth > MAX_NESTING) return false;
    for (const element of value) {
      if (reference.left <= 0) return false;
      reference.left -= COST;
      if (someOther(element, reference, found, at, depth + 1)) return true;
    }
    return false;
  }
  const name = reference.other[at];
  if (name !== undefined) return someOther(below(value, name), reference, found, at + 1, depth);
  const other = textOf(value);
  if (other === undefined) return false;
  reference.left -= found.length + other.length;
  return reference.related(found, other);
}

const below = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** Numbers and truth values are compared by their text, as everywhere. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
