/** A server for the tests: where it is, and how to end it. */
export type Service = { readonly address: string; readonly stop: () => Promise<void> };
