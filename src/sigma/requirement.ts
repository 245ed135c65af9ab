/** The event's value at `path`, lower-cased, has to be one of `values` (themselves lower-cased), or the rule cannot hold. */
export type Requirement = { readonly path: readonly string[]; readonly values: readonly string[] };

type Requirements = readonly Requirement[];

/** What holds where all of the parts hold: all that any of them requires. */
export const requiredByAll = (parts: readonly Requirements[]): Requirements => parts.flat();

/** What holds where one of the parts holds: only fields that each of them requires, with the values of all. */
export function requiredByAny(parts: readonly Requirements[]): Requirements {
  const [first, ...rest] = parts;
  return (first ?? []).flatMap(({ path, values }) => {
    const others = rest.map(requirements => requirements.find(other => keyOf(other.path) === keyOf(path)));
    if (others.includes(undefined)) return [];
    return [{ path, values: [...new Set([...values, ...others.flatMap(other => other?.values ?? [])])] }];
  });
}

const keyOf = (path: readonly string[]): string => path.join('\0');
