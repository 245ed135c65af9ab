/**
 * What of one source (a partition) is still on its way. A claim opened at an offset holds back the commit of that
 * offset and all after it, until it is settled.
 */
export type Ledger = {
  readonly open: (offset: number) => Claim;
  /** The last offset that may have been delivered before, by whoever read the source then; -1 where there is none. */
  readonly deliveredUpTo: number;
};

export type Claim = { readonly settle: () => void };
