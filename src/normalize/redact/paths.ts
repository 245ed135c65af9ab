import { isFields } from '../audit.ts';
import { APPLIED, REDACTED } from './marker.ts';

/** A path below the audit event, `*` for any one name; lists are looked through. */
export type RedactionPath = readonly string[];

/** `requestObject.spec.*.value` in its parts. A name that has dots itself stands in brackets: `metadata.annotations[example.com/key]`. */
export const parsePath = (text: string): RedactionPath =>
  [...text.matchAll(PART)].map(([, bracketed, plain]) => bracketed ?? plain ?? '');

const PART = /\[([^\]]+)\]|([^.[\]]+)/g;

const ANY = '*';
const BODIES = ['requestObject', 'responseObject'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Cuts what the paths name in a copy of `event`, and says by dotted paths what it cut; the event itself where that is nothing. */
export function cutPaths(event: Fields, paths: readonly RedactionPath[], found: string[]): Fields {
  const before = found.length;
  let safe = event;
  for (const path of paths) safe = replaced(safe, path, '', found) as Fields;
  return found.length === before
    ? event
    : BODIES.reduce((fields, body) => withApplied(fields, body, paths, found), safe);
}

/** `value` without what `path` names in it; the same value where it names nothing. */
function replaced(value: unknown, [name, ...rest]: RedactionPath, at: string, found: string[]): unknown {
  if (name === undefined) {
    found.push(at);
    return REDACTED;
  }
  if (Array.isArray(value)) return changed(value, item => replaced(item, [name, ...rest], at, found));
  if (!isFields(value)) return value;
  const names = name === ANY ? Object.keys(value) : Object.hasOwn(value, name) ? [name] : [];
  const entries = names.flatMap(key => {
    const child = replaced(value[key], rest, at === '' ? key : `${at}.${key}`, found);
    return child === value[key] ? [] : [[key, child] as const];
  });
  return entries.length === 0 ? value : { ...value, ...Object.fromEntries(entries) };
}

function changed(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const after = list.map(change);
  return after.every((item, i) => item === list[i]) ? list : after;
}

/** `kubectl apply` writes the object a second time, as text, into one of its annotations. */
function withApplied(event: Fields, body: string, paths: readonly RedactionPath[], found: string[]): Fields {
  const text = stringAt(event, [body, 'metadata', 'annotations', APPLIED]);
  if (text === undefined) return event;
  const inBody = paths.filter(([first]) => first === body || first === ANY).map(([, ...rest]) => rest);
  const safe = inBody.reduce((object, path) => replaced(object, path, APPLIED, found), parsed(text));
  const value = safe === undefined ? REDACTED : JSON.stringify(safe);
  return placed(event, [body, 'metadata', 'annotations', APPLIED], value) as Fields;
}

function stringAt(fields: Fields, path: RedactionPath): string | undefined {
  const value = path.reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), fields);
  return typeof value === 'string' ? value : undefined;
}

function placed(value: unknown, [name, ...rest]: RedactionPath, leaf: string): unknown {
  return name === undefined || !isFields(value) ? leaf : { ...value, [name]: placed(value[name], rest, leaf) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
