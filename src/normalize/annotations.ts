/** Annotations of an audit event as Elastic's Kubernetes integration stores them: with `_` for `.` in their names, without those that say nothing. */
export type Annotations = {
  readonly values: Readonly<Record<string, string>>;
  /** Where `,"annotations":{…}}` begins in the event's text, or -1 where the text cannot be spliced there. */
  readonly at: number;
};

const KEY = ',"annotations":';
const MAX_CACHED = 2_000;
const MAX_CACHED_LENGTH = 2_000;

/** A cluster repeats a few hundred endings (its decisions and reasons); knowing them saves a serialisation an event. */
const known = new Map<string, Readonly<Record<string, string>>>();

/** Renames the annotations and finds their place, which the API server always makes the last. */
export function annotationsOf(annotations: Readonly<Record<string, string>>, text: string): Annotations {
  const at = text.lastIndexOf(`${KEY}{`);
  const ending = at < 0 ? '' : text.slice(at);
  const before = known.get(ending);
  if (before !== undefined) return { values: before, at };
  const values = renamed(annotations);
  if (ending !== `${KEY}${JSON.stringify(annotations)}}`) return { values, at: -1 };
  remember(ending, values);
  return { values, at };
}

const renamed = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name.replaceAll('.', '_'), value]),
  );

function remember(ending: string, values: Readonly<Record<string, string>>): void {
  if (ending.length > MAX_CACHED_LENGTH) return;
  if (known.size >= MAX_CACHED) known.clear();
  known.set(flat(ending), values);
}

/** A slice keeps the whole text alive that it was cut from, which may be a record of megabytes. */
const flat = (slice: string): string => Buffer.from(slice).toString();
