import type { Mutant } from './mutants.ts';
import type { Result } from './pool.ts';

/** What became of a mutant; `untested` is one that no test passes. */
export type Fate = Result['kind'] | 'untested';
export type Judged = { readonly mutant: Mutant; readonly fate: Fate };

/** The share of mutants that a test killed, in percent; those that ran without end or out of time do not count as killed. */
export const scoreOf = (judged: readonly Judged[], ...also: readonly Fate[]): number => {
  const killed = judged.filter(({ fate }) => fate === 'killed' || also.includes(fate));
  return judged.length === 0 ? 100 : (100 * killed.length) / judged.length;
};

/** One that no test killed, in a line. */
export const survivorLine = ({ mutant: { file, line, kind, before, after }, fate }: Judged): string =>
  `${file}:${line} ${fate} ${kind}: ${oneLine(before)}  =>  ${oneLine(after)}\n`;

const MAX_TEXT = 90;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

const COLUMNS = [
  'file',
  'mutants',
  'killed',
  'survived',
  'untested',
  'endless',
  'timeout',
  'score',
  'with endless',
  'without texts',
] as const;

/** The scores by file. */
export function table(judged: readonly Judged[]): string {
  const byFile = Map.groupBy(judged, ({ mutant }) => mutant.file);
  const rows = [...byFile].map(([file, some]) => rowOf(file, some));
  const lines = [COLUMNS, ...rows, rowOf('all', judged)];
  return `\n${lines.map(line => line.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(14))).join('')).join('\n')}\n`;
}

function rowOf(name: string, judged: readonly Judged[]): readonly string[] {
  const count = (wanted: Fate): string => String(judged.filter(({ fate }) => fate === wanted).length);
  const withoutTexts = judged.filter(({ mutant }) => mutant.kind !== 'StringLiteral');
  return [
    name,
    String(judged.length),
    count('killed'),
    count('survived'),
    count('untested'),
    count('endless'),
    count('timeout'),
    `${scoreOf(judged).toFixed(1)} %`,
    `${scoreOf(judged, 'endless').toFixed(1)} %`,
    `${scoreOf(withoutTexts).toFixed(1)} %`,
  ];
}
