import { datasetOf } from '../detect/logsource.ts';
import type { Source } from '../ingest/files.ts';
import type { Dataset, Event } from '../model/event.ts';
import type { Settings } from '../normalize/settings.ts';
import type { Path } from '../sigma/resolve.ts';
import type { Rule } from '../sigma/rule.ts';
import type { FileSink } from './hunt.ts';
import { readEvents } from './read-events.ts';
import type { RuleSet } from './rules.ts';

/** A place in events that rules read and no event has. */
export type Unseen = {
  readonly dataset: Dataset;
  /** The first name on the way that is nowhere, with all before it. */
  readonly path: Path;
  /** As the rules write the fields below it. */
  readonly fields: readonly string[];
  readonly rules: readonly Rule[];
};

export type FieldSight = {
  /** Events of each log that rules read. */
  readonly events: ReadonlyMap<Dataset, number>;
  /** Fields that rules read, as they write them, and how many of them some event has. */
  readonly fields: number;
  readonly seen: number;
  /** The one that most rules read stands first. */
  readonly unseen: readonly Unseen[];
};

/** Reads logs as `run` would and finds which fields of the rules no event has. Throws FILE where one cannot be read. */
export async function sightOfFields(
  sources: readonly Source[],
  set: RuleSet,
  settings: Settings,
  sink: Pick<FileSink, 'deadLetter' | 'progress'>,
): Promise<FieldSight> {
  const uses = usesOf(set);
  const roots = new Map<Dataset, Place>();
  for (const { dataset, paths } of uses) {
    const root = roots.get(dataset) ?? newPlace();
    roots.set(dataset, root);
    for (const path of paths) plant(root, path);
  }
  const events = new Map<Dataset, number>([...roots.keys()].map(dataset => [dataset, 0]));
  const event = ({ dataset, document }: Event): void => {
    events.set(dataset, (events.get(dataset) ?? 0) + 1);
    visit(roots.get(dataset), document, 0);
  };
  await readEvents(sources, { settings }, { event, ...sink });
  const unseen = uses.filter(({ dataset, paths }) => !paths.some(path => isSeen(roots.get(dataset), path)));
  return { events, fields: uses.length, seen: uses.length - unseen.length, unseen: gathered(unseen, roots) };
}

/** A field of rules on one log. */
type Use = {
  readonly dataset: Dataset;
  readonly field: string;
  readonly paths: readonly Path[];
  readonly rules: Rule[];
};

function usesOf({ rules, sources, compile }: RuleSet): readonly Use[] {
  const uses = new Map<string, Use>();
  const inForce = new Set(rules.map(({ rule }) => rule.id));
  for (const { rule, selections } of sources) {
    const dataset = datasetOf(rule);
    if (dataset === undefined || !inForce.has(rule.id)) continue;
    const fields = new Set([...selections.values()].flat(2).map(({ field }) => field));
    for (const field of fields) {
      if (field === '') continue;
      const key = JSON.stringify([dataset, field]);
      const use = uses.get(key) ?? { dataset, field, paths: compile.resolve(field, rule.logsource), rules: [] };
      uses.set(key, use);
      use.rules.push(rule);
    }
  }
  return [...uses.values()];
}

/** A name on the way to a field. */
type Place = { isSeen: boolean; readonly below: Map<string, Place> };

const newPlace = (): Place => ({ isSeen: false, below: new Map() });

function plant(root: Place, path: Path): void {
  let place = root;
  for (const name of path) {
    const next = place.below.get(name) ?? newPlace();
    place.below.set(name, next);
    place = next;
  }
}

/** Deeper than any path of a rule goes; lists of lists are an attacker's. */
const MAX_DEPTH = 100;

function visit(place: Place | undefined, value: unknown, depth: number): void {
  if (place === undefined || value === undefined || value === null || depth > MAX_DEPTH) return;
  place.isSeen = true;
  if (typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const element of value) visit(place, element, depth + 1);
    return;
  }
  for (const [name, below] of place.below) {
    if (Object.hasOwn(value, name)) visit(below, (value as Readonly<Record<string, unknown>>)[name], depth + 1);
  }
}

const isSeen = (root: Place | undefined, path: Path): boolean => firstUnseen(root, path) === undefined;

/** How many names of the path lead to the first that no event has. */
function firstUnseen(root: Place | undefined, path: Path): number | undefined {
  let place = root;
  for (const [i, name] of path.entries()) {
    place = place?.below.get(name);
    if (place?.isSeen !== true) return i + 1;
  }
  return undefined;
}

function gathered(uses: readonly Use[], roots: ReadonlyMap<Dataset, Place>): readonly Unseen[] {
  const places = uses.map(use => ({ ...use, path: nearest(use, roots.get(use.dataset)) }));
  const byPlace = Map.groupBy(places, ({ dataset, path }) => JSON.stringify([dataset, path]));
  const unseen = [...byPlace.values()].flatMap(same =>
    same.slice(0, 1).map(({ dataset, path }) => ({
      dataset,
      path,
      fields: same.map(({ field }) => field).sort(),
      rules: [...new Map(same.flatMap(({ rules }) => rules).map(rule => [rule.id, rule])).values()],
    })),
  );
  return unseen.sort((a, b) => b.rules.length - a.rules.length || (a.path.join('.') < b.path.join('.') ? -1 : 1));
}

/** Of the places where a field may stand the one that events come nearest to. */
function nearest({ paths }: Use, root: Place | undefined): Path {
  const cut = paths.map(path => path.slice(0, firstUnseen(root, path)));
  return cut.reduce((best, path) => (path.length > best.length ? path : best), cut[0] ?? []);
}
