/** A server for the tests: where it is, and how to end it. */
export type Service = {
  readonly address: string;
  /** Ends it for good, with its data. */
  readonly stop: () => Promise<void>;
  /** Ends the server and keeps its data; `begin` starts one on them at the same address. */
  readonly halt: () => Promise<void>;
  readonly begin: () => Promise<void>;
  /** Stands still in the middle of whatever it does, connections open. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
};
