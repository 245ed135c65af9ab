type Hits = Record<string, number>;

/** What the instrumenter's switches read and write: which mutant is in force, and how often each was passed. */
export type Switch = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  readonly mutantCoverage: { readonly static: Hits; readonly perTest: Record<string, Hits> };
};

const shared: Switch = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: shared });

/** The one of this process, by the name that Stryker's instrumenter gives it. */
export const mutantSwitch = shared;
