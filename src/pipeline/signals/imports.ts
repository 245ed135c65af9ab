import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { partitionOf } from '../../deliver/kafka/partition.ts';
import { PAUSE_MS } from '../../detect/first-seen.ts';
import { shardOf } from '../../detect/signals.ts';
import { Terms } from '../../detect/state/terms.ts';
import { type BaselineRow, keyOfRow } from '../../model/baseline.ts';
import { writeBaselineRow } from '../../model/baseline-record.ts';
import type { FirstSeenProgram, Program } from '../../sigma/program.ts';
import { readBaselineFiles } from '../baseline/file.ts';
import { fits, fitting } from '../baseline/fitting.ts';

/** What files know of one program and cluster; the row of the cluster itself stands first. */
type Lesson = {
  readonly program: FirstSeenProgram;
  readonly watched: BaselineRow;
  readonly rows: readonly BaselineRow[];
};

/** What files know for the programs that one partition evaluates. */
export type Import = {
  /** The same for the same rows. */
  readonly id: string;
  readonly lessons: readonly Lesson[];
};

/** The imports of a process, and what of the files is in none. */
export type Imports = {
  /** What may still have to be imported. */
  readonly byPartition: Map<number, Import>;
  readonly clusters: ReadonlySet<string>;
  readonly rules: number;
  readonly terms: number;
  /** Ids of programs that are not in force. */
  readonly unknown: ReadonlySet<string>;
  /** Ids of those that looked for something else when the files were learnt. */
  readonly outdated: ReadonlySet<string>;
};

/** Ids of rules that one line of the log names. */
const MAX_NAMED = 20;

/** Reads the files of the configuration, and says in the log what they know. Throws FILE naming file and line. */
export async function loadImports(
  { baselines = [], signals }: Pick<Config, 'baselines' | 'signals'>,
  programs: readonly Program[],
  log: Logger,
): Promise<Imports> {
  const imports = importsOf(await readBaselineFiles(baselines), programs, signals.partitions);
  const { rules, terms, unknown, outdated } = imports;
  // A name of a cluster that no event bears is a likely slip.
  if (baselines.length > 0) log.info({ rules, clusters: [...imports.clusters], terms }, 'baselines read');
  tellLeftOut(unknown, 'baselines of rules that are not in force were left out', log);
  tellLeftOut(outdated, 'baselines of rules that look for something else by now were left out; learn them again', log);
  return imports;
}

function tellLeftOut(rules: ReadonlySet<string>, what: string, log: Logger): void {
  if (rules.size > 0) log.warn({ rules: [...rules].slice(0, MAX_NAMED), count: rules.size }, what);
}

/** Sorts the rows of files by the partition that evaluates their program in their cluster. */
export function importsOf(rows: readonly BaselineRow[], programs: readonly Program[], partitions: number): Imports {
  const known = new Map(programs.filter(program => program.kind === 'first-seen').map(one => [one.rule.id, one]));
  const { rows: fit, outdated } = fitting(rows, programs);
  const lessons = [...termsOf(fit).values()].flatMap(terms => {
    const [watched, ...seen] = terms.rows();
    const program = known.get(watched?.program ?? '');
    return watched === undefined || program === undefined ? [] : [{ program, watched, rows: [watched, ...seen] }];
  });
  const places = Map.groupBy(lessons, ({ watched: { program, cluster } }) =>
    partitionOf(shardOf({ program, cluster, fields: {} }, []), partitions),
  );
  return {
    byPartition: new Map([...places].map(([partition, held]) => [partition, { id: idOf(held), lessons: held }])),
    clusters: new Set(lessons.map(({ watched }) => watched.cluster)),
    rules: new Set(lessons.map(({ program }) => program)).size,
    terms: lessons.reduce((sum, lesson) => sum + lesson.rows.length - 1, 0),
    unknown: new Set(rows.map(({ program }) => program).filter(program => !known.has(program))),
    outdated,
  };
}

/**
 * The rows of an import as they are to stand in a partition that holds something already: each as it is in the files, or
 * grown by what was seen since. What a file tells of a time that was forgotten when the cluster's watch began is left out.
 */
export function rowsOf({ lessons }: Import, before: readonly BaselineRow[]): readonly BaselineRow[] {
  const held = new Map(before.map(row => [keyOfRow(row), row]));
  return lessons.flatMap(({ program, watched, rows }) => {
    const heldOf = (row: BaselineRow): BaselineRow | undefined => {
      const one = held.get(keyOfRow(row));
      // What it saw as another is forgotten.
      return one !== undefined && fits(one, program) ? one : undefined;
    };
    const began = heldOf(watched)?.firstSeen ?? watched.lastSeen;
    const pause = began - watched.lastSeen;
    if (pause > program.rememberMs) return [];
    const resumed = pause > PAUSE_MS ? { resumed: began } : {};
    return rows.map(row => grown(row === watched ? { ...row, ...resumed } : row, heldOf(row)));
  });
}

/** What files tell adds up: the earliest first and the latest last sight count. */
function termsOf(rows: readonly BaselineRow[]): ReadonlyMap<string, Terms> {
  const found = new Map<string, Terms>();
  for (const row of rows) {
    const { program, cluster, of } = row;
    const key = `${program}\0${cluster}`;
    // What is too much goes where the rows are put, by what is held there too.
    const terms = found.get(key) ?? new Terms(program, cluster, Number.POSITIVE_INFINITY, false, of);
    found.set(key, terms);
    terms.put(row);
  }
  return found;
}

function idOf(lessons: readonly Lesson[]): string {
  const hash = createHash('sha256');
  for (const { rows } of lessons) for (const row of rows) hash.update(writeBaselineRow(row));
  return hash.digest('base64url');
}

function grown(row: BaselineRow, held: BaselineRow | undefined): BaselineRow {
  if (held === undefined) return row;
  const resumed = Math.max(row.resumed ?? Number.NEGATIVE_INFINITY, held.resumed ?? Number.NEGATIVE_INFINITY);
  return {
    ...row,
    firstSeen: Math.min(row.firstSeen, held.firstSeen),
    lastSeen: Math.max(row.lastSeen, held.lastSeen),
    ...(Number.isFinite(resumed) && { resumed }),
  };
}
