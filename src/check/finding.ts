/** How bad a finding is: an `error` makes the document useless, a `warning` is most likely a mistake, a `note` is worth knowing. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Offsets into a file's text, the end not included. */
export type Span = readonly [start: number, end: number];

/** Puts `text` in place of what lies between two offsets. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** What a lint has found in a document. */
export type Found = {
  readonly at: Span;
  readonly what: string;
  /** What to do, where that is more than the lint says of all its findings. */
  readonly fix?: string;
  /** What `--fix` does; absent where a human has to decide. */
  readonly edits?: readonly Edit[];
};

/** A place in a file; lines and columns count from 1. */
export type Place = { readonly line: number; readonly column: number };

/** A finding as it is shown. */
export type Finding = {
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
  readonly lint: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly edits: readonly Edit[];
};

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };

export const atLeastAsBad = (severity: Severity, floor: Severity): boolean => RANK[severity] >= RANK[floor];
