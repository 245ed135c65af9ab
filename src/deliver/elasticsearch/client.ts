import { Client, errors, SniffingTransport } from '@elastic/elasticsearch';

type ClientOptions = ConstructorParameters<typeof Client>[0];

/** Where Elasticsearch is and who we are to it. Secrets are already read from environment or files. */
export type ElasticsearchConnection = {
  readonly nodes: readonly string[];
  readonly apiKey?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: { readonly ca?: string | undefined; readonly verify: boolean } | undefined;
  /** Milliseconds until a request counts as lost. */
  readonly requestTimeout: number;
};

/** A client that never retries by itself (the writer does, for as long as it lasts) and never meters us. */
export function createClient(connection: ElasticsearchConnection): Client {
  const { nodes, tls, requestTimeout } = connection;
  const options: ClientOptions = {
    nodes: [...nodes],
    requestTimeout,
    maxRetries: 0,
    enableMetaHeader: false,
    name: 'keywarden',
    Transport: CompatibleTransport,
    // An error would otherwise carry a copy of the whole body, made byte by byte.
    redaction: { type: 'remove' },
  };
  const auth = authOf(connection);
  if (auth !== undefined) options.auth = auth;
  if (tls !== undefined)
    options.tls = { rejectUnauthorized: tls.verify, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
  return new Client(options);
}

/** The media types of the REST API of Elasticsearch 8, which 8.19 and 9 both speak. */
export const JSON_TYPE = 'application/vnd.elasticsearch+json; compatible-with=8';
export const NDJSON_TYPE = 'application/vnd.elasticsearch+x-ndjson; compatible-with=8';

type TransportOptions = ConstructorParameters<typeof SniffingTransport>[0];

/** The client of version 9 asks for the API of version 9, which 8.19 refuses. */
class CompatibleTransport extends SniffingTransport {
  constructor(options: TransportOptions) {
    const vendoredHeaders = {
      jsonContentType: JSON_TYPE,
      ndjsonContentType: NDJSON_TYPE,
      accept: `${JSON_TYPE},text/plain`,
    };
    super({ ...options, vendoredHeaders });
  }
}

function authOf({ apiKey, username, password }: ElasticsearchConnection): ClientOptions['auth'] {
  if (apiKey !== undefined) return { apiKey };
  if (username !== undefined && password !== undefined) return { username, password };
  return undefined;
}

/** The HTTP status that an error of the client stands for, where the server answered at all. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof errors.ResponseError ? error.statusCode : undefined;
