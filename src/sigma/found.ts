/** A value of an event: where it stands, with the number of each element of a list on the way, and its text, cut. Without `value` it is absent. */
export type Found = { readonly path: string; readonly value?: string | number | boolean | null };

/** With the value as it is, for a test. */
export type RawFound = Found & { readonly raw: unknown };

type Walk = { readonly values: RawFound[]; more: number; readonly most: number };

const MAX_TEXT = 200;
/** No event of an API server is as deep; an attacker's may be deeper than the stack. */
const MAX_DEPTH = 200;

/** The values at paths, the elements of lists one by one; at most `most` of them, the rest is counted. A path that leads nowhere gives nothing, one that leads nowhere from an element of a list gives an absent value. */
export function foundAt(
  event: object,
  paths: readonly (readonly string[])[],
  most: number,
): { readonly values: readonly RawFound[]; readonly more: number } {
  const walk: Walk = { values: [], more: 0, most };
  for (const path of paths) follow(event, path, 0, '', false, 0, walk);
  return walk;
}

function follow(
  value: unknown,
  path: readonly string[],
  next: number,
  place: string,
  inList: boolean,
  depth: number,
  walk: Walk,
): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    if (value.length === 0 && next === path.length) add(walk, place, value);
    for (const [i, element] of value.entries()) follow(element, path, next, `${place}[${i}]`, true, depth + 1, walk);
    return;
  }
  const name = path[next];
  if (name === undefined) {
    if (value !== undefined || inList) add(walk, place, value);
    return;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
    if (inList) add(walk, [place, ...path.slice(next)].join('.'), undefined);
    return;
  }
  const below = (value as Readonly<Record<string, unknown>>)[name];
  follow(below, path, next + 1, place === '' ? name : `${place}.${name}`, inList, depth + 1, walk);
}

/** The values anywhere in an event that pass a test. */
export function foundAnywhere(
  event: object,
  test: (value: unknown) => boolean,
  most: number,
): { readonly values: readonly RawFound[]; readonly more: number } {
  const walk: Walk = { values: [], more: 0, most };
  search(event, test, '', 0, walk);
  return walk;
}

function search(value: unknown, test: (value: unknown) => boolean, place: string, depth: number, walk: Walk): void {
  if (typeof value !== 'object' || value === null) {
    if (value !== null && value !== undefined && test(value)) add(walk, place, value);
    return;
  }
  if (depth > MAX_DEPTH) return;
  for (const [name, below] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${name}]` : place === '' ? name : `.${name}`;
    search(below, test, place + step, depth + 1, walk);
  }
}

function add(walk: Walk, path: string, raw: unknown): void {
  if (walk.values.length < walk.most) walk.values.push({ path, raw, ...shown(raw) });
  else walk.more += 1;
}

/** Texts are cut, objects become their JSON. */
function shown(raw: unknown): Pick<Found, 'value'> {
  if (raw === undefined) return {};
  if (raw === null || typeof raw === 'number' || typeof raw === 'boolean') return { value: raw };
  const text = typeof raw === 'string' ? raw : jsonOf(raw);
  return { value: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text };
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return '[nested too deeply]';
  }
}
