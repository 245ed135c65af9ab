/**
 * The parts of an `audit.k8s.io/v1` Event that Keywarden reads; the rest passes through unread.
 * Source: k8s.io/apiserver/pkg/apis/audit/v1/types.go.
 */
export type AuditEvent = {
  readonly apiVersion?: string;
  readonly auditID?: string;
  readonly stage?: string;
  readonly level?: string;
  readonly verb?: string;
  readonly requestURI?: string;
  readonly userAgent?: string;
  readonly user?: AuditUser;
  readonly impersonatedUser?: AuditUser;
  readonly sourceIPs?: readonly string[] | null;
  readonly objectRef?: AuditObject;
  readonly responseStatus?: { readonly code?: number; readonly reason?: string; readonly message?: string };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly requestReceivedTimestamp?: string;
  readonly stageTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>> | null;
};

type AuditUser = { readonly username?: string; readonly uid?: string; readonly groups?: readonly string[] };

type AuditObject = {
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly apiGroup?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
};

/** A JSON object; nothing is known of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

const TEXTS = [
  'apiVersion',
  'auditID',
  'stage',
  'level',
  'verb',
  'requestURI',
  'userAgent',
  'requestReceivedTimestamp',
  'stageTimestamp',
] as const;
const USER_TEXTS = ['username', 'uid'] as const;
const OBJECT_TEXTS = ['resource', 'namespace', 'name', 'apiGroup', 'apiVersion', 'subresource'] as const;
const STATUS_TEXTS = ['message'] as const;

/** What is wrong with the types of an audit event, naming the first field that is wrong; undefined where `AuditEvent` holds. */
export function auditFault(event: Fields): string | undefined {
  return (
    textsFault(event, TEXTS, '') ??
    userFault(event['user'], 'user') ??
    userFault(event['impersonatedUser'], 'impersonatedUser') ??
    listFault(event['sourceIPs'], 'sourceIPs') ??
    objectFault(event['objectRef'], 'objectRef', OBJECT_TEXTS) ??
    statusFault(event['responseStatus']) ??
    annotationsFault(event['annotations'])
  );
}

function textsFault(fields: Fields, names: readonly string[], prefix: string): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && typeof value !== 'string') return expected(prefix + name, 'text', value);
  }
  return undefined;
}

function objectFault(value: unknown, name: string, texts: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  return isFields(value) ? textsFault(value, texts, `${name}.`) : expected(name, 'an object', value);
}

function userFault(value: unknown, name: string): string | undefined {
  const fault = objectFault(value, name, USER_TEXTS);
  return fault ?? (isFields(value) ? listFault(value['groups'], `${name}.groups`) : undefined);
}

function listFault(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return expected(name, 'a list of texts', value);
  for (const item of value) if (typeof item !== 'string') return expected(name, 'a list of texts', item);
  return undefined;
}

function statusFault(value: unknown): string | undefined {
  const fault = objectFault(value, 'responseStatus', STATUS_TEXTS);
  const code = isFields(value) ? value['code'] : undefined;
  if (fault !== undefined || code === undefined || Number.isInteger(code)) return fault;
  return expected('responseStatus.code', 'a whole number', code);
}

function annotationsFault(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) return expected('annotations', 'an object', value);
  for (const name in value) {
    if (typeof value[name] !== 'string') return expected('an annotation', 'text', value[name]);
  }
  return undefined;
}

/** Narrows to an object that is no list. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const expected = (name: string, wanted: string, found: unknown): string =>
  `${name}: expected ${wanted}, found ${described(found)}`;

const described = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
