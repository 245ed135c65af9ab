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
  readonly witness?: Witness;
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

/** Before zero where `a` comes before `b` in the order in which signals are evaluated; those of one event are told by their rules. */
export const inOrder = (a: Position, b: Position): number =>
  a.at - b.at || compare(a.id, b.id) || compare(a.input, b.input);

type Position = Pick<Signal, 'at' | 'id' | 'input'>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
