import type { EcsDocument, EcsEvent, EtcdFields } from '../../model/event.ts';
import type { Stored } from './registry.ts';

/** What one line of etcd's log says, before it is given an id, an origin and a cluster. */
export type Reading = {
  /** Where what was read has an identity of its own, whatever its place. */
  readonly id?: string | undefined;
  readonly kind?: EcsEvent['kind'] | undefined;
  readonly action: string;
  readonly type: readonly string[];
  readonly outcome: EcsEvent['outcome'];
  readonly etcd: EtcdFields;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly duration?: number | undefined;
  readonly reason?: string | undefined;
  readonly user?: string | undefined;
  readonly source?: EcsDocument['source'];
  readonly stored?: Stored | undefined;
  readonly args?: readonly string[] | undefined;
  /** Stands instead of the line's own message, where that could hold a value. */
  readonly message?: string | undefined;
};

/** A line as it was parsed; nothing is known of its fields. */
export type Line = Readonly<Record<string, unknown>>;

/** Reads the lines of one kind. */
export type Reader = (line: Line) => Reading;

export const ACCESS: readonly string[] = ['access'];
export const CHANGE: readonly string[] = ['change'];
export const CREATION: readonly string[] = ['creation'];
export const DELETION: readonly string[] = ['deletion'];
export const INFO: readonly string[] = ['info'];
export const DENIED: readonly string[] = ['denied'];

/** The field if it is text. */
export function textOf(line: Line, name: string): string | undefined {
  const value = line[name];
  return typeof value === 'string' ? value : undefined;
}

/** The field if it is a number of things, which etcd logs as -1 where it does not know. */
export function countOf(line: Line, name: string): number | undefined {
  const value = line[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** The field if it is a list; elements that are no text are left out. */
export function textsOf(line: Line, name: string): readonly string[] | undefined {
  const value = line[name];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
}
