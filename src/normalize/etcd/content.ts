/** A field of etcd's text format: a scalar as binary text (one character a byte), or the fields of a message. */
export type Field = { readonly name: string; readonly value: string | readonly Field[] };

const MAX_DEPTH = 32;
const MAX_FIELDS = 20_000;

/**
 * Reads the text that etcd prints for a request: `key:"a" limit:1`, `success:<request_put:<key:"b" value_size:3 >>`.
 * Source: etcd api/v3/etcdserverpb/raft_internal_stringer.go over gogo/protobuf's compact text. Linear in the text;
 * what cannot be read ends the reading, so that hostile text gives less, never an error.
 */
export function parseContent(text: string): readonly Field[] {
  return readFields({ text, at: 0, fields: 0 }, 0);
}

type Reader = { readonly text: string; at: number; fields: number };

const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN = 0x3c;
const CLOSE = 0x3e;
const BACKSLASH = 0x5c;

function readFields(reader: Reader, depth: number): readonly Field[] {
  const fields: Field[] = [];
  const { text } = reader;
  while (reader.fields < MAX_FIELDS) {
    skipSpaces(reader);
    if (reader.at >= text.length) break;
    if (text.charCodeAt(reader.at) === CLOSE) {
      // The end of this message; a message of no fields ends here at once.
      if (depth > 0) reader.at += 1;
      break;
    }
    const field = readField(reader, depth);
    if (field === undefined) {
      reader.at = text.length;
      break;
    }
    fields.push(field);
  }
  return fields;
}

function readField(reader: Reader, depth: number): Field | undefined {
  const { text } = reader;
  const colon = nameEnd(text, reader.at);
  if (colon < 0) return undefined;
  const name = text.slice(reader.at, colon);
  reader.at = colon + 1;
  reader.fields += 1;
  skipSpaces(reader);
  const first = text.charCodeAt(reader.at);
  if (first === QUOTE) return { name, value: readString(reader) };
  if (first !== OPEN) return { name, value: readScalar(reader) };
  if (depth >= MAX_DEPTH) return undefined;
  reader.at += 1;
  return { name, value: readFields(reader, depth + 1) };
}

/** Where the name that begins at `from` ends with its colon, or -1. */
function nameEnd(text: string, from: number): number {
  let at = from;
  while (isNameCharacter(text.charCodeAt(at))) at += 1;
  return at > from && text.charCodeAt(at) === COLON ? at : -1;
}

const isNameCharacter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || code === 0x5f || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);

function skipSpaces(reader: Reader): void {
  while (reader.text.charCodeAt(reader.at) === SPACE) reader.at += 1;
}

function readScalar(reader: Reader): string {
  const from = reader.at;
  for (; reader.at < reader.text.length; reader.at += 1) {
    const code = reader.text.charCodeAt(reader.at);
    if (code === SPACE || code === CLOSE) break;
  }
  return reader.text.slice(from, reader.at);
}

function readString(reader: Reader): string {
  const { text } = reader;
  const from = reader.at + 1;
  let at = from;
  let escaped = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code === BACKSLASH) {
      escaped = true;
      at += 1;
    }
  }
  reader.at = at + 1;
  const inner = text.slice(from, at);
  return escaped ? unescaped(inner) : binary(inner);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of a byte.
const NOT_A_BYTE = /[^\u0000-\u00ff]/;
const binary = (text: string): string => (NOT_A_BYTE.test(text) ? Buffer.from(text).toString('latin1') : text);

/** C escapes as gogo/protobuf writes them: octal bytes, and letters for a few. */
const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-f]{1,2})|(.))/gis;
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

const unescaped = (text: string): string =>
  binary(text).replace(ESCAPE, (_, octal?: string, hex?: string, letter = '') => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return LETTERS[letter] ?? letter;
  });

/** The first scalar of a name. */
export function scalar(fields: readonly Field[], name: string): string | undefined {
  for (const field of fields) if (field.name === name && typeof field.value === 'string') return field.value;
  return undefined;
}

/** The first message of a name. */
export function message(fields: readonly Field[], name: string): readonly Field[] | undefined {
  for (const field of fields) if (field.name === name && typeof field.value !== 'string') return field.value;
  return undefined;
}
