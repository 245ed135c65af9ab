const [UPPER_A, UPPER_Z, ASCII_END] = [0x41, 0x5a, 0x80];
/** From here on lowering is faster than looking. */
const SHORT = 48;

/** The text without capitals. Most values of events are short and have none, and a look at them is cheaper than lowering them. */
export function lowered(text: string): string {
  if (text.length > SHORT) return text.toLowerCase();
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code >= UPPER_A && code <= UPPER_Z) || code >= ASCII_END) return text.toLowerCase();
  }
  return text;
}
