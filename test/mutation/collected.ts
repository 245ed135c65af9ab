/** A test that a file has declared. */
export type Test = { readonly name: string; readonly run: () => unknown };

/** The tests declared since they were last taken. */
let declared: Test[] = [];

export const declare = (name: string, run: () => unknown): void => {
  declared.push({ name, run });
};

export function takeDeclared(): readonly Test[] {
  const tests = declared;
  declared = [];
  return tests;
}
