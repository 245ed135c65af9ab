import type { Fields } from './audit.ts';

const BODIES = ['requestObject', 'responseObject'] as const;

/** A letter that is escaped, as no API server writes it: a key may hide behind it. */
const ESCAPED_LETTER = /\\u00[4-7]/i;

/**
 * Whether the text names each body of the event only once, so that no earlier one stands in it which the parser let go
 * and nobody redacted. A name inside a body counts as well: such a text is just not copied as it is.
 */
export function hasBodiesOnce(event: Fields, text: string): boolean {
  if (event['requestObject'] === undefined && event['responseObject'] === undefined) return true;
  return BODIES.every(name => isOnceAtMost(`"${name}"`, text)) && !ESCAPED_LETTER.test(text);
}

const isOnceAtMost = (name: string, text: string): boolean => text.indexOf(name) === text.lastIndexOf(name);
