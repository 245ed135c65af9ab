import type { CompiledRule } from './compile.ts';
import type { Rule } from './rule.ts';

/** What one event cannot tell: a rule that is evaluated on the matches of others, its inputs. */
export type Program = CorrelationProgram | FirstSeenProgram | AbsenceProgram;

/** What is evaluated behind the clock, in the order of times. */
export type AnyProgram = Program | SingleProgram;

type Common = {
  /** What an alert tells of the rule; of a correlation the log source is empty. */
  readonly rule: ProgramRule;
  readonly inputs: readonly Input[];
  /** Milliseconds before an event that the program may look back; what is older, it never needs again. */
  readonly spanMs: number;
};

/** A rule's metadata, of a rule with a detection or of a correlation. */
export type ProgramRule = Rule;

/** A rule whose matches the program needs. */
export type Input = {
  readonly compiled: CompiledRule;
  /** Fields of the rule, by its own names, whose values say which process evaluates the match. */
  readonly shard: readonly string[];
  /** Whether a match without one of the fields of `shard` is left out, or belongs to the empty value. */
  readonly absent: 'left-out' | 'empty';
  /** All fields whose values a signal bears, those of `shard` among them. */
  readonly fields: readonly string[];
  /** Whether its matches can be evidence of an alert. */
  readonly isEvidence: boolean;
};

/** Source: Sigma correlation rules specification 2.1. */
export type CorrelationProgram = Common & { readonly kind: 'correlation'; readonly root: CorrelationNode };

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** A correlation, with the rules and correlations that it speaks of. */
export type CorrelationNode = {
  /** Id of the correlation. */
  readonly id: string;
  readonly type: CorrelationType;
  readonly timespanMs: number;
  readonly parts: readonly CorrelationPart[];
  /** Names of the values that tell one group from another. */
  readonly groupBy: readonly string[];
  /** For each input below this node, by the id of its rule, the fields that hold the values of `groupBy`, in their order. */
  readonly groupFields: ReadonlyMap<string, readonly string[]>;
  /** The same for the fields that are counted or summed; empty where none are. */
  readonly valueFields: ReadonlyMap<string, readonly string[]>;
  readonly holds: CorrelationCondition;
};

export type CorrelationPart =
  | { readonly kind: 'rule'; readonly name: string; readonly input: string }
  | { readonly kind: 'correlation'; readonly name: string; readonly node: CorrelationNode };

/** When a correlation holds: all criteria of its number, or for the temporal types an expression over its parts. */
export type CorrelationCondition =
  | { readonly kind: 'number'; readonly test: (value: number) => boolean; readonly percentile: number | undefined }
  | {
      readonly kind: 'parts';
      readonly test: (has: (part: number) => boolean) => boolean;
      /** Of `temporal_ordered`: the smallest choices of parts with which it can hold, each in the order of the rules. */
      readonly chains: readonly (readonly number[])[];
    };

/** A match whose values of up to three fields were never seen before, or not for a long time. */
export type FirstSeenProgram = Common & {
  readonly kind: 'first-seen';
  readonly fields: readonly string[];
  /** A hash of its fields and its detection: with others it has seen nothing yet. */
  readonly looksFor: string;
  /** Milliseconds from the rule's first match of a cluster during which everything is only learnt. */
  readonly learnMs: number;
  /** Milliseconds after which a value that was not seen is forgotten. */
  readonly rememberMs: number;
};

/** Each match is an alert, or raises one: what opens it has to be the earliest, whoever reads which log. */
export type SingleProgram = Common & { readonly kind: 'single' };

/** A match of one rule without a match of others that would explain it. */
export type AbsenceProgram = Common & {
  readonly kind: 'absence';
  /** Id of the rule whose matches want an explanation. */
  readonly subject: string;
  readonly explanations: readonly Explanation[];
  /** Milliseconds after the subject that an explanation may still be logged, beyond its own window. */
  readonly waitMs: number;
  /**
   * Fields of the subject by whose values one knows whether an explanation could be seen at all: judged is only where an
   * explanation with the same values was ever seen, or `covered` holds them. Undefined: always.
   */
  readonly sight: Sight | undefined;
};

export type Explanation = {
  /** Id of the rule that explains. */
  readonly input: string;
  /** Fields of the subject and of the explanation whose values have to be the same; an absent one is the empty value. */
  readonly by: readonly (readonly [subject: string, explanation: string])[];
  /** The subject's value begins with the explanation's; an explanation without the field does not explain. */
  readonly prefix: readonly (readonly [subject: string, explanation: string])[];
  /** Fields of the subject and the values of which each has to have one; an absent field is the empty value. */
  readonly where: readonly (readonly [subject: string, values: ReadonlySet<string>])[];
  /** It explains one subject, not all of its window. */
  readonly once: boolean;
  /** Milliseconds that the explanation may have ended before the subject, or begun after it. */
  readonly beforeMs: number;
  readonly afterMs: number;
};

export type Sight = {
  /** Fields of the subject, and for each explanation (by the id of its rule) the fields that stand for them. */
  readonly by: readonly string[];
  readonly explanationFields: ReadonlyMap<string, readonly string[]>;
  /** Values, in the order of `by` and joined by NUL, that are covered whether one was seen or not. */
  readonly covered: ReadonlySet<string>;
};
