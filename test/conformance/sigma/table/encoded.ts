export const base64 = (content: string | Buffer): string => Buffer.from(content as string).toString('base64');

/** Little-endian, without a byte order mark. */
export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** The Base64 of bytes that are written as hexadecimal digits. */
export const base64Of = (bytes: string): string => base64(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
