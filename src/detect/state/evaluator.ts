import type { Dataset } from '../../model/event.ts';
import type { Signal } from '../../model/signal.ts';
import type { AnyProgram, Program } from '../../sigma/program.ts';

/** How far the time of events has come. */
export type Clock = {
  /** No signal from before this moment comes any more, in milliseconds since 1970: the slowest producer that is not idle, less the allowed lateness. Infinity where nothing comes any more at all. */
  readonly now: number;
  /** Up to when every stream of the data set has told all it has to tell; one that has fallen silent holds it back. */
  readonly sight: (cluster: string, dataset: Dataset | 'json') => number;
};

/** A program holds. */
export type Finding = {
  readonly program: AnyProgram;
  readonly cluster: string;
  /** The values that tell one case from another, by the names of their fields. */
  readonly group: Readonly<Record<string, string>>;
  /**
   * What it rests on, in order. The last one of those that can be evidence may be another than `maker`. Of a correlation
   * only as many as an alert keeps: the earliest and the latest, of each of its rules where it tells them apart.
   */
  readonly evidence: readonly Signal[];
  /** The signal at which it began to hold, or goes on to. Findings of one group come in the order of their makers. */
  readonly maker: Signal;
  /** What was counted or summed, where something was. */
  readonly value?: number;
  /** Of a correlation: what is in its window, told or not. */
  readonly window?: Extent;
};

/**
 * How much there is in a window. An event on which two rules hold counts once; those that an inner correlation rests on count
 * as long as the first of its matches that they are in.
 */
export type Extent = {
  /** Events that are in it, those that can be no evidence among them. */
  readonly count: number;
  /** Those of them that came after the finding before of the same group; all of them at the first. */
  readonly fresh: number;
  /** When the earliest of them was, in milliseconds since 1970. */
  readonly since: number;
};

/** Why matches of a program are not judged. */
export type BlindReason =
  /** A stream of the data set has fallen silent: what happened since waits until it speaks again. */
  | 'silent'
  /** Records of the data set are gone. */
  | 'lost'
  /** No explanation of matches with these values was ever seen: the audit policy leaves them out. */
  | 'uncovered'
  /** More happened than may be held. */
  | 'full';

/** What a program could not judge. */
export type Blindness = {
  readonly program: Program;
  readonly cluster: string;
  readonly dataset: Dataset | 'json';
  readonly reason: BlindReason;
  /** The values that are not covered, in the order of the program's `sight`. */
  readonly values?: readonly string[];
  /** Milliseconds since 1970; `to` is undefined while it lasts. */
  readonly from: number;
  readonly to: number | undefined;
  /** Matches in it that wait for sight to return, that were judged after all, and that were given up. */
  readonly waiting: number;
  readonly judged: number;
  readonly notJudged: number;
};

/** A stretch of time of which a data set misses records: dropped by retention, by a saturated log, by whoever shipped them. */
export type Loss = {
  readonly dataset: Dataset | 'json';
  /** Milliseconds since 1970, both included. */
  readonly from: number;
  readonly to: number;
};

export type Report = {
  readonly found: (finding: Finding) => void;
  readonly blind: (blindness: Blindness) => void;
};

/** What an evaluator may hold. */
export type Limits = {
  /** Signals of one program, over all its groups; beyond, the group that was silent for longest goes. */
  readonly signals: number;
  /** Groups, terms or waiting matches of one program. */
  readonly groups: number;
};

/** The state of one program for one cluster. Takes signals in order and each once; what it reports depends on them alone. */
export type Evaluator = {
  /** An absence takes signals that come late too: a stream that was silent may return. */
  readonly take: (signal: Signal, report: Report) => void;
  readonly advance: (clock: Clock, report: Report) => void;
  /** Records are missing: what they may explain is not judged. */
  readonly lose?: (loss: Loss) => void;
  readonly counts: EvaluatorCounts;
};

export type EvaluatorCounts = {
  /** Signals, terms and waiting matches that are held. */
  readonly held: number;
  /** Groups or terms that had to go for others. */
  readonly evicted: number;
  /** Matches of which it is not known whether they were explained. */
  readonly notJudged: number;
};
