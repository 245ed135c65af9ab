import { Client, errors } from '@elastic/elasticsearch';

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
  };
  const auth = authOf(connection);
  if (auth !== undefined) options.auth = auth;
  if (tls !== undefined)
    options.tls = { rejectUnauthorized: tls.verify, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
  return new Client(options);
}

function authOf({ apiKey, username, password }: ElasticsearchConnection): ClientOptions['auth'] {
  if (apiKey !== undefined) return { apiKey };
  if (username !== undefined && password !== undefined) return { username, password };
  return undefined;
}

/** The HTTP status that an error of the client stands for, where the server answered at all. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof errors.ResponseError ? error.statusCode : undefined;
