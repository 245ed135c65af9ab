const LONGEST = '255.255.255.255'.length;
const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39];

/** The 32 bits of an address in dotted decimal, as isIP takes it: four numbers up to 255 without leading zeros. */
export function ipv4(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  let [bits, part, digits, dots] = [0, 0, 0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT && digits > 0) {
      bits = (bits << 8) | part;
      [part, digits] = [0, 0];
      dots += 1;
    } else if (code >= ZERO && code <= NINE && (digits === 0 || part > 0)) {
      part = part * 10 + code - ZERO;
      digits += 1;
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && digits > 0 ? (bits << 8) | part : undefined;
}
