import type { Alert, Evidence } from './alert.ts';
import type { Dataset } from './event.ts';

/**
 * A match that counts for a rule of more than one event, reduced to what that rule needs of the event. Plain JSON: it
 * travels on the signals topic.
 */
export type Signal = {
  /** Id of the program that it is for. */
  readonly program: string;
  /** Id of the rule that holds on the event. */
  readonly input: string;
  /** `orchestrator.cluster.name`; empty where unknown. Two clusters never share state. */
  readonly cluster: string;
  readonly dataset: Dataset | 'json';
  /** The event's `@timestamp`, in milliseconds since 1970: signals are in order of this and then of their ids. */
  readonly at: number;
  /** The time that what happened took, in milliseconds since 1970; both are `at` where it took none. */
  readonly from: number;
  readonly to: number;
  /** The event's id. */
  readonly id: string;
  /** The same for all stages of one request. */
  readonly request: string;
  /** Values by the names of the input's fields; those that the event lacks are not there. */
  readonly fields: Readonly<Record<string, string>>;
  /** What an alert would tell of the event; absent where the input can be no evidence. */
  readonly witness?: Witness | undefined;
  /** Of a match that is an alert by itself: where its event was read. */
  readonly read?: Read | undefined;
  /** Of a match that is an alert by itself: the request may match again when it is complete. */
  readonly hasLaterStage?: boolean | undefined;
};

/** A place in the logs. */
export type Read = {
  /** A partition (`topic/3`), with what is told of the partition itself after a colon. */
  readonly source: string;
  readonly offset: number;
  /** Counts the events of one record, from 0. */
  readonly item: number;
  /** When Kafka took the record, in milliseconds since 1970; 0 where it does not say. */
  readonly at: number;
};

/** What an alert tells of one event. */
export type Witness = {
  /** The rule's sentence on it. */
  readonly message: string;
  readonly evidence: Evidence;
  readonly action?: string;
  /** What makes it part of a story. */
  readonly links?: readonly string[];
  readonly subject: WitnessFields;
};

/** The fields of an event that its alert bears too, cut to a bounded size. */
export type WitnessFields = Pick<
  Alert,
  'user' | 'user_agent' | 'source' | 'orchestrator' | 'etcd' | 'process' | 'related'
>;

/** Characters of an id that make 48 bits. */
const RANK_CHARACTERS = 8;
/** In the order of their codes, which is the order of ids. */
const BASE64URL = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const RANKS: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  Math.min(63, [...BASE64URL].filter(character => character.charCodeAt(0) < code).length),
);

/** 48 bits of an id, a number that sorts as ids do: with the time it is the place of a signal in the order of evaluation. */
export function rankOf(id: string): number {
  let rank = 0;
  for (let i = 0; i < RANK_CHARACTERS; i += 1) rank = rank * 64 + (i < id.length ? (RANKS[id.charCodeAt(i)] ?? 63) : 0);
  return rank;
}

/** Before zero where `a` comes before `b` in the order in which signals are evaluated; those of one event are told by their rules. */
export const inOrder = (a: Position, b: Position): number =>
  a.at - b.at || compare(a.id, b.id) || compare(a.input, b.input);

type Position = Pick<Signal, 'at' | 'id' | 'input'>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
