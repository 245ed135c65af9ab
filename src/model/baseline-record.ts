import type { BaselineRow } from './baseline.ts';

/** Of the format; a reader passes over rows of any other. */
const VERSION = 1;

/** A row as the value of a record of the state topic, whose key is the row's name. */
export const writeBaselineRow = (row: BaselineRow): string => JSON.stringify({ v: VERSION, ...row });

/** Undefined for what is none of ours, or of another version. */
export function readBaselineRow(value: Buffer | null): BaselineRow | undefined {
  try {
    const { v, ...row } = JSON.parse(value?.toString() ?? '') as { readonly v?: unknown };
    return v === VERSION && isRow(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

function isRow(row: object): row is BaselineRow {
  const { program, cluster, terms, firstSeen, lastSeen, of = '', resumed } = row as Readonly<Record<string, unknown>>;
  const areTerms = Array.isArray(terms) && terms.every(term => typeof term === 'string');
  const isResumed = resumed === undefined || Number.isFinite(resumed);
  const areTimes = Number.isFinite(firstSeen) && Number.isFinite(lastSeen) && isResumed;
  return [program, cluster, of].every(text => typeof text === 'string') && areTerms && areTimes;
}
