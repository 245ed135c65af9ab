import type { EtcdFields } from '../../model/event.ts';

/** The kinds of lines of etcd's log (`etcd.line`); `none` is an event that says that records are missing, which has no line. */
export type Line = EtcdFields['line'] | 'none';

export type FieldType = 'text' | 'number' | 'boolean' | 'address' | 'time' | 'object' | 'any';

/** What is known of a field of an event. */
export type Field = {
  readonly type: FieldType;
  /** Several values at once, so that two that exclude each other may both be there. */
  readonly many?: true;
  /** All values that there are. */
  readonly values?: readonly string[];
  /** Those of them that rules get to see, where that is not all, and why the rest is not seen. */
  readonly judged?: { readonly values: readonly string[]; readonly why: string };
  /** Smallest and largest number. */
  readonly range?: readonly [min: number, max: number];
  /** Never has a capital letter. */
  readonly lower?: true;
  /** Every event has it. */
  readonly always?: true;
  /** The audit level that it needs. */
  readonly level?: 'Request' | 'RequestResponse';
  /** The lines of etcd that have it; all where it is not said. */
  readonly lines?: readonly Line[];
  /** The lines of etcd that have this value of it. */
  readonly linesOf?: (value: string) => readonly Line[];
  /** The client writes whatever it likes. */
  readonly claimed?: true;
  /** Fields below it have names of the user's. */
  readonly free?: true;
  /** The path of the field whose value this is, too. */
  readonly same?: string;
};

/** Fields by the path in the event, joined by dots. */
export type Fields = Readonly<Record<string, Field>>;

type More = Omit<Field, 'type'>;

export const text = (more: More = {}): Field => ({ type: 'text', ...more });
export const texts = (more: More = {}): Field => ({ type: 'text', many: true, ...more });
export const oneOf = (...values: readonly string[]): Field => ({ type: 'text', values });
export const someOf = (...values: readonly string[]): Field => ({ type: 'text', many: true, values });
export const number = (min = 0, max = Number.MAX_SAFE_INTEGER): Field => ({ type: 'number', range: [min, max] });
export const flag = (more: More = {}): Field => ({ type: 'boolean', ...more });
export const address = (more: More = {}): Field => ({ type: 'address', ...more });
export const time = (more: More = {}): Field => ({ type: 'time', ...more });
export const object = (more: More = {}): Field => ({ type: 'object', ...more });
export const anything = (more: More = {}): Field => ({ type: 'any', ...more });

/** The same fields, with more that is known of all of them. */
export const all = (more: More, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([path, field]) => [path, { ...field, ...more }]));
