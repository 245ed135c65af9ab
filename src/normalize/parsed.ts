/** The value that JSON text stands for; undefined for text that is no JSON, since no JSON stands for that. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
