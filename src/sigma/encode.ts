/** Turns the bytes of a value into what may stand for them in an event. */
export type Encoding = (bytes: Buffer) => readonly Buffer[];

const BYTE_ORDER_MARK = Buffer.from([0xff, 0xfe]);

export const utf16le: Encoding = bytes => [littleEndian(bytes)];
export const utf16be: Encoding = bytes => [littleEndian(bytes).swap16()];
export const utf16: Encoding = bytes => [Buffer.concat([BYTE_ORDER_MARK, littleEndian(bytes)])];
export const base64: Encoding = bytes => [Buffer.from(bytes.toString('base64'))];

/** The part that does not depend on its neighbours, for each of the three places a value can have in a group of bytes. */
export const base64offset: Encoding = bytes =>
  [0, 1, 2].map(offset => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return Buffer.from(encoded.slice(LEADING[offset], encoded.length - (TRAILING[(offset + bytes.length) % 3] ?? 0)));
  });

/** Characters that hold bits of the bytes before, by offset. */
const LEADING = [0, 2, 3] as const;
/** Characters that hold bits of the bytes after, padding included, by how far the last group is filled. */
const TRAILING = [0, 3, 2] as const;

const littleEndian = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8'), 'utf16le');
