import { identify } from './identity.ts';

/** What a program has seen in a cluster. Plain JSON: it travels in Kafka and stands in files, a row a line. */
export type BaselineRow = {
  /** Id of the rule. */
  readonly program: string;
  readonly cluster: string;
  /** Values of the program's fields, in their order. Empty: the cluster itself, from its first match to the last moment that was watched. */
  readonly terms: readonly string[];
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** A hash of what the rule looked for when it saw that; absent where it is not known, which fits whatever it looks for. */
  readonly of?: string;
  /** Of the cluster itself: when watching went on after a pause. */
  readonly resumed?: number;
};

/** The row's name: there is one for each program, cluster and terms. */
export const keyOfRow = ({ program, cluster, terms }: Pick<BaselineRow, 'program' | 'cluster' | 'terms'>): string =>
  identify(program, cluster, ...terms);
