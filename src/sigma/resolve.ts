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

/** Fields as they are written, split at their dots, whatever the log source. */
export const AS_WRITTEN: FieldResolver = { resolve: field => [field.split('.')] };
