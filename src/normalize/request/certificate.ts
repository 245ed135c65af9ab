import type { RequestFields } from '../../model/event.ts';

const BEGIN = '-----BEGIN CERTIFICATE REQUEST-----';
const END = '-----END CERTIFICATE REQUEST-----';

/**
 * Who a certificate would make its holder: to the API server the common name is the user, the organizations are the groups.
 * `request` is `spec.request` of a CertificateSigningRequest, PEM in Base64; undefined where no names can be read.
 * Source: RFC 2986, section 4.1, and X.690.
 */
export function certificateNames(request: string): RequestFields['certificate'] {
  const pem = Buffer.from(request, 'base64').toString('latin1');
  // All of them: the API server passes over those that it cannot read.
  const blocks = pem.split(BEGIN).slice(1);
  const names = blocks.flatMap(block => subjectOf(contentOf(block)));
  if (names.length === 0) return undefined;
  return { common_name: valuesOf(names, COMMON_NAME), organization: valuesOf(names, ORGANIZATION) };
}

const HEADERS = /^.*:.*$/gm;

const contentOf = (block: string): Buffer => Buffer.from((block.split(END, 1)[0] ?? '').replace(HEADERS, ''), 'base64');

const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';

type Attribute = { readonly type: string; readonly value: string };

function valuesOf(names: readonly Attribute[], type: string): readonly string[] | undefined {
  const values = names.filter(name => name.type === type).map(({ value }) => value);
  return values.length === 0 ? undefined : values;
}

/** CertificationRequest → CertificationRequestInfo → version, subject → sets of an attribute's type and value. */
function subjectOf(der: Buffer): readonly Attribute[] {
  const [request] = elements(der);
  const [info] = elements(request?.content);
  const [, subject] = elements(info?.content);
  return elements(subject?.content)
    .flatMap(set => elements(set.content))
    .flatMap(({ content }) => {
      const [type, value] = elements(content);
      return type === undefined || value === undefined
        ? []
        : [{ type: type.content.toString('hex'), value: text(value) }];
    });
}

type Element = { readonly tag: number; readonly content: Buffer };

const NONE = Buffer.alloc(0);
/** No honest subject has more parts. */
const MAX_ELEMENTS = 64;

/** The elements of DER side by side, as far as they can be read. */
function elements(der: Buffer = NONE): readonly Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= der.length && found.length < MAX_ELEMENTS) {
    const tag = der[at] ?? 0;
    const first = der[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    if (lengthBytes > 4 || start > der.length) break;
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
    at = start + length;
    if (at > der.length) break;
    found.push({ tag, content: der.subarray(start, at) });
  }
  return found;
}

const BMP_STRING = 0x1e;

/** The API server reads a name of 16-bit characters like any other. */
const text = ({ tag, content }: Element): string =>
  tag === BMP_STRING
    ? Buffer.from(content.subarray(0, content.length & ~1))
        .swap16()
        .toString('utf16le')
    : content.toString('utf8');
