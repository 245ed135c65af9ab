import type { EcsDocument } from '../model/event.ts';

const TOO_DEEP = '[nested too deeply]';

/** The document as JSON. What of its audit event is nested too deeply for the stack is named so instead. */
export function documentText(document: EcsDocument): string {
  return textOf(document) ?? JSON.stringify({ ...document, kubernetes: { audit: shallow(document) } });
}

const shallow = ({ kubernetes }: EcsDocument): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(kubernetes?.audit ?? {}).map(([name, value]) => [
      name,
      textOf({ value }) === undefined ? TOO_DEEP : value,
    ]),
  );

function textOf(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
