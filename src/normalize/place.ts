import type { Envelope } from '../model/event.ts';
import { identify } from '../model/identity.ts';
import type { LogRecord, Origin } from '../model/record.ts';

/** Where an event stands, and what its surroundings say of it. */
export type Place = {
  readonly origin: Origin;
  readonly cluster: string | undefined;
  /** Milliseconds since 1970; stands in where the event has no time of its own. */
  readonly receivedAt: number | undefined;
  /** The bytes that are this event and nothing else; undefined where it was cut out of something larger. */
  readonly bytes: Buffer | undefined;
  /** The text of `bytes` where a writer may copy them as they are, else undefined. */
  readonly text: string | undefined;
  readonly envelope: Envelope | undefined;
  /** Where the shipper read the event, so that what it ships twice is one event. */
  readonly position: string | undefined;
};

/** The place of an event that is the whole record. */
export const bare = ({ bytes, origin, cluster, receivedAt }: LogRecord, text: string | undefined): Place => ({
  origin,
  cluster,
  receivedAt,
  bytes,
  text,
  envelope: undefined,
  position: undefined,
});

/** The id of an event without an identity of its own: two equal lines of one file are two events, the same line read twice is one. */
export const placeId = ({ cluster, bytes, position, origin }: Place, event: unknown): string =>
  identify(cluster, bytes?.toString('latin1') ?? JSON.stringify(event), position ?? JSON.stringify(origin));

/** The time of an event that tells none: when the shipper or Kafka took it, else now. */
export const standInTime = ({ receivedAt }: Place, now: () => number): string =>
  new Date(receivedAt ?? now()).toISOString();
