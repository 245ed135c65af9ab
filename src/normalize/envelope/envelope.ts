import type { Envelope } from '../../model/event.ts';
import type { Fields } from '../audit.ts';

/** What an envelope holds at one place, and what it says of it. `content` is parsed JSON, text, or packed bytes. */
export type Inner =
  | {
      readonly content: unknown;
      /** Milliseconds since 1970. */
      readonly time?: number | undefined;
      readonly cluster?: string | undefined;
      /** Where the shipper read it: the same text at the same position is the same event. */
      readonly position?: string | undefined;
      /** Stands in `keywarden.origin.item` even where it is the only one. */
      readonly listed?: boolean;
    }
  | { readonly fault: string };

/** An envelope that was opened. `name` stands before the reason of a dead letter; what is no envelope but an encoding has no `kind`. */
export type Opened = {
  readonly kind?: Envelope | undefined;
  readonly inner: readonly Inner[];
};

/** Opens an object if it is an envelope that it knows, else undefined. Never throws; no fault quotes what was read. */
export type Opener = (value: Fields) => Opened | undefined;

/** An envelope whose content cannot be had. */
export const unreadable = (kind: Envelope | undefined, fault: string): Opened => ({ kind, inner: [{ fault }] });

const MAX_ITEMS = 100_000;

/** The reason for a record of more events than it may hold. */
export const TOO_MANY = 'more than 100,000 events in one record';

/** An envelope around a list, which may hold 100,000 items and must hold one. */
export function openedList(
  kind: Envelope | undefined,
  name: string,
  list: readonly unknown[],
  read: (item: unknown) => Inner,
): Opened {
  if (list.length === 0) return unreadable(kind, `${name} is empty`);
  return list.length > MAX_ITEMS ? unreadable(kind, TOO_MANY) : { kind, inner: list.map(read) };
}

/** What a cluster may be called in any of the clouds. */
const CLUSTER = /^[\w-]{1,200}$/;

/** The name of a cluster that an envelope gives, if it can be one. */
export const clusterOf = (name: unknown): string | undefined =>
  typeof name === 'string' && CLUSTER.test(name) ? name : undefined;
