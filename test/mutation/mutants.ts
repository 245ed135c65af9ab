import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter, type InstrumenterOptions } from '@stryker-mutator/instrumenter';

/** One change to a source; `line` counts from 1. */
export type Mutant = {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly before: string;
  readonly after: string;
};

/** Sources by the names of their files, each with all its mutants behind switches, and the mutants. */
export type Instrumented = { readonly sources: Readonly<Record<string, string>>; readonly mutants: readonly Mutant[] };

const OPTIONS: InstrumenterOptions = { plugins: null, excludedMutations: [], ignorers: [] };

/** Instruments every source of a folder by Stryker's instrumenter, which knows the usual mutators. */
export async function instrumented(folder: string): Promise<Instrumented> {
  const names = readdirSync(folder).filter(name => name.endsWith('.ts'));
  const files = names.map(name => ({ name, content: readFileSync(join(folder, name), 'utf8'), mutate: true }));
  const result = await new Instrumenter(SILENT).instrument(files, OPTIONS);
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  return {
    sources: Object.fromEntries(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => ({
      id,
      file: fileName,
      line: start.line + 1,
      kind: mutatorName,
      before: textBetween(contents.get(fileName) ?? '', start, end),
      after: replacement,
    })),
  };
}

const nothing = (): void => {};
const no = (): boolean => false;
const SILENT = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};

type Position = { readonly line: number; readonly column: number };

/** Lines and columns count from 0. */
function textBetween(content: string, start: Position, end: Position): string {
  const lines = content.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines.map((line, i) => line.slice(i === 0 ? start.column : 0, i === last ? end.column : undefined)).join('\n');
}
