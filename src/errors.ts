/** Every error this project throws. `code` is for programs and is listed in docs/errors.md; `retriable` is for the pipeline. */
export class KeywardenError extends Error {
  override readonly name = 'KeywardenError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options: { readonly cause?: unknown } = {}) {
    super(`${CODES[code].text}: ${detail}`, options);
    this.code = code;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retriable(): boolean {
    return CODES[this.code].retriable;
  }
}

export type ErrorCode = keyof typeof CODES;

const CODES = {
  CONFIG: { text: 'the configuration cannot be used', retriable: false },
  USAGE: { text: 'the command cannot be run like this', retriable: false },
  FILE: { text: 'a file cannot be read', retriable: false },
  RULE: { text: 'the rule cannot be used', retriable: false },
  LIST: { text: 'the list cannot be used', retriable: false },
  EXAMPLES: { text: 'the examples cannot be used', retriable: false },
  FIELDS: { text: 'the field map cannot be used', retriable: false },
  FILTER: { text: 'the filter cannot be used', retriable: false },
  SILENCE: { text: 'the silence cannot be used', retriable: false },
  POLICY: { text: 'the audit policy cannot be used', retriable: false },
  ENRICHMENT: { text: 'the enrichment cannot be used', retriable: false },
  KAFKA: { text: 'Kafka does not answer as it should', retriable: true },
  ETCD: { text: 'etcd does not answer as it should', retriable: true },
  ELASTICSEARCH: { text: 'Elasticsearch does not answer as it should', retriable: true },
} as const;

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
