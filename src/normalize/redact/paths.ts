import { KeywardenError } from '../../errors.ts';
import { isRedactable, REDACTABLE } from '../../model/redaction.ts';
import { isFields } from '../audit.ts';
import { parsed } from '../parsed.ts';
import { below, type Found } from './found.ts';
import { APPLIED, REDACTED } from './marker.ts';

/** A path below the audit event, `*` for any one name; lists are looked through. */
export type RedactionPath = readonly string[];

/**
 * `requestObject.spec.*.value` in its parts. A name that has dots itself stands in brackets:
 * `metadata.annotations[example.com/key]`. Throws USAGE for what must not be cut.
 */
export function parsePath(text: string): RedactionPath {
  if (!isRedactable(text))
    throw new KeywardenError('USAGE', `${text.slice(0, 100)} cannot be cut, allowed: ${REDACTABLE}`);
  const path = [...text.matchAll(PART)].map(([, bracketed, plain]) => bracketed ?? plain ?? '');
  // The index takes objects there, so they stay and what is in them goes.
  return path.length === 2 && path[1] === 'extra' ? [...path, ANY] : path;
}

const PART = /\[([^\]]+)\]|([^.[\]]+)/g;

const ANY = '*';
const BODIES = ['requestObject', 'responseObject'] as const;
/** Deeper than this no list is trusted. */
const MAX_DEPTH = 100;

type Fields = Readonly<Record<string, unknown>>;

/** Cuts what the paths name in a copy of `event`, and tells `found` what it cut; the event itself where that is nothing. */
export function cutPaths(event: Fields, paths: readonly RedactionPath[], found: Found): Fields {
  let safe = event;
  for (const path of paths) safe = replaced(safe, path, '', found, 0) as Fields;
  for (const body of BODIES) {
    const inBody = paths.filter(([first]) => first === body).map(([, ...rest]) => rest);
    if (inBody.length > 0) safe = withApplied(safe, body, inBody, found);
  }
  return safe;
}

/** `value` without what `path` names in it; the same value where it names nothing. */
function replaced(value: unknown, path: RedactionPath, at: string, found: Found, depth: number): unknown {
  const [name, ...rest] = path;
  if (name === undefined || depth > MAX_DEPTH) {
    found.add(at);
    return REDACTED;
  }
  if (Array.isArray(value)) return changed(value, item => replaced(item, path, at, found, depth + 1));
  if (!isFields(value)) return value;
  const names = name === ANY ? Object.keys(value) : Object.hasOwn(value, name) ? [name] : [];
  const entries = names.flatMap(key => {
    const child = replaced(value[key], rest, below(at, key), found, depth + 1);
    return child === value[key] ? [] : [[key, child] as const];
  });
  return entries.length === 0 ? value : { ...value, ...Object.fromEntries(entries) };
}

function changed(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const after = list.map(change);
  return after.every((item, i) => item === list[i]) ? list : after;
}

/** `kubectl apply` writes the object a second time, as text, into one of its annotations: also where the body itself is but a patch. */
function withApplied(event: Fields, body: string, paths: readonly RedactionPath[], found: Found): Fields {
  const place = [body, 'metadata', 'annotations', APPLIED];
  const text = stringAt(event, place);
  if (text === undefined || text === REDACTED) return event;
  const object = parsed(text);
  const before = found.cuts;
  if (object === undefined) found.add(APPLIED);
  const safe = paths.reduce((value, path) => replaced(value, path, APPLIED, found, 0), object);
  if (found.cuts === before) return event;
  return placed(event, place, object === undefined ? REDACTED : JSON.stringify(safe)) as Fields;
}

function stringAt(fields: Fields, path: RedactionPath): string | undefined {
  const value = path.reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), fields);
  return typeof value === 'string' ? value : undefined;
}

function placed(value: unknown, [name, ...rest]: RedactionPath, leaf: string): unknown {
  return name === undefined || !isFields(value) ? leaf : { ...value, [name]: placed(value[name], rest, leaf) };
}
