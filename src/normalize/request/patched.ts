import { type Fields, isFields } from '../audit.ts';

/** No object of Kubernetes is deeper; a path of an attacker's may be. */
const MAX_DEPTH = 64;

/** All that was written at one place: whole values, and parts below it. */
type Place = { readonly values: unknown[]; readonly below: Map<string, Place> };

/**
 * What the operations of a JSON Patch write, as the part of an object that a merge patch would hold, so that a rule finds
 * `spec.containers.image` in both; undefined for any other body. A value that a later operation overwrites stays beside it,
 * since an index may mean another element by then. What `copy` and `move` carry stands in no request.
 * Source: RFC 6902, and evanphx/json-patch v4, by which the API server applies it.
 */
export function patchedObject(body: unknown): unknown {
  if (!Array.isArray(body)) return undefined;
  const root = newPlace();
  for (const operation of body) if (isFields(operation)) write(root, operation);
  return assembled(root);
}

const newPlace = (): Place => ({ values: [], below: new Map() });

function write(root: Place, { op, path, value }: Fields): void {
  if ((op !== 'add' && op !== 'replace') || typeof path !== 'string') return;
  const names = namesOf(path);
  if (names.length > MAX_DEPTH) return;
  let place = root;
  for (const name of names) place = placeBelow(place, name);
  place.values.push(value);
}

/** The API server does not look at what stands before the first slash. */
const namesOf = (path: string): readonly string[] =>
  path
    .split('/', MAX_DEPTH + 2)
    .slice(1)
    .map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'));

function placeBelow({ below }: Place, name: string): Place {
  const place = below.get(name) ?? newPlace();
  below.set(name, place);
  return place;
}

function assembled({ values, below }: Place): unknown {
  const all = below.size === 0 ? values : [...values, joined(below)];
  return all.length > 1 ? all : all[0];
}

/** Places in a list: numbers as Go reads them, negative ones from its end, and `-` behind its last element. */
const INDEX = /^(?:-|[-+]?\d+)$/;

function joined(below: ReadonlyMap<string, Place>): unknown {
  const isList = [...below.keys()].every(name => INDEX.test(name));
  if (isList) return [...below.values()].map(assembled);
  return Object.fromEntries([...below].map(([name, place]) => [name, assembled(place)]));
}
