import type { ObjectList } from './alternatives.ts';
import type { Rule } from './rule.ts';

/** Names of keys, from the event down. */
export type Path = readonly string[];

/** Where the fields of rules stand in events. */
export type FieldResolver = {
  /** The places of a field, at least one. What it throws is the rule's fault. */
  readonly resolve: (field: string, logsource: Rule['logsource']) => readonly Path[];
  /** The list of objects that a place is in, where other lists hold objects of the same kind. */
  readonly objectListOf?: (path: Path, logsource: Rule['logsource']) => ObjectList | undefined;
};

const NAME = /\[([^\]]+)\]|[^.[]+/g;

/** The names of a field; one that has dots itself, such as that of a label, stands in brackets: `metadata.labels[example.com/team]`. */
export const namesOf = (field: string): Path =>
  field.includes('[') ? Array.from(field.matchAll(NAME), ([name, bracketed]) => bracketed ?? name) : field.split('.');

/** Fields as they are written, whatever the log source. */
export const AS_WRITTEN: FieldResolver = { resolve: field => [namesOf(field)] };
