/** What a filter did to an event that is still there, as its document says it. */
export type FilterMark = {
  readonly name: string;
  /** The share of such events that is kept: each stands for `1 / sample_rate` of them. */
  readonly sample_rate?: number | undefined;
  /** Paths below `kubernetes.audit` that were left out. */
  readonly left_out?: readonly string[] | undefined;
};

/** How many events one filter met, and what became of them. */
export type FilterCounts = { readonly dropped: number; readonly kept: number; readonly stripped: number };

/** What one filter did in about a minute: an ECS document, so that a search can say what it does not hold. */
export type FilterSummary = {
  /** Time of the latest event that the filter met. */
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly data_stream: { readonly type: 'logs'; readonly dataset: 'keywarden.filters'; readonly namespace: string };
  readonly event: {
    readonly id: string;
    readonly kind: 'metric';
    readonly module: 'keywarden';
    readonly dataset: 'keywarden.filters';
    /** Times of the earliest and the latest event that the filter met. */
    readonly start: string;
    readonly end: string;
  };
  readonly message: string;
  readonly keywarden: {
    readonly filter: FilterCounts & {
      readonly name: string;
      readonly action: string;
      readonly sample_rate?: number | undefined;
    };
  };
};
