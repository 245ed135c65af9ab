import { join } from 'node:path';
import {
  type ChannelCredentials,
  Client,
  type ClientOptions,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { troubleOf } from './trouble.ts';

/** 64-bit numbers come as text, since a lease does not fit into a number. */
export type KeyValue = {
  readonly key: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
  readonly version: string;
  readonly value: Buffer;
  readonly lease: string;
};

export type WatchEvent = {
  readonly type: 'PUT' | 'DELETE';
  readonly kv: KeyValue;
  readonly prev_kv: KeyValue | null;
};

type Header = { readonly cluster_id: string; readonly member_id: string; readonly revision: string };

export type WatchResponse = {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: string;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
};

/** Where an etcd stands: its revision is at least that of all that was written before it was asked. */
export type Head = { readonly clusterId: string; readonly memberId: string; readonly revision: number };

/** One watch: its answers one at a time, fetched as they are read. */
export type Watch = {
  readonly responses: AsyncIterable<WatchResponse>;
  /** Asks how far the watch has come; the answer is a response without events. */
  readonly askProgress: () => void;
  readonly end: () => void;
};

/** One member of an etcd. Its calls throw ETCD, or CONFIG where the user has to mend something, and after a stop its reason. */
export type Etcd = {
  readonly endpoint: string;
  /** Where etcd stands, told by a majority of its members. */
  readonly head: () => Promise<Head>;
  readonly version: () => Promise<string>;
  /** Everything below the prefix from this revision on. */
  readonly watch: (from: number) => Watch;
  /** Also in its last second, which etcd counts as 0; of one that is gone it says -1. */
  readonly hasLease: (lease: string) => Promise<boolean>;
  readonly close: () => void;
};

/** PEM; without a certificate we have none, without authorities the system's count. */
export type EtcdTls = {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
  readonly verify: boolean;
};

const CALL_MS = 5_000;
const KEEPALIVE_MS = 10_000;
const DEFAULT_PORT = '2379';
/** A value and the one before it, each as large as an operator may have allowed a request to be. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

const PROTO = loadSync(join(import.meta.dirname, 'etcd.proto'), {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
});

/** A client of one endpoint, such as `https://10.0.0.1:2379`; it connects with the first call. `stop` ends its calls at once. */
export function connectEtcd(endpoint: string, tls: EtcdTls, prefix: string, stop: AbortSignal): Etcd {
  const url = new URL(endpoint);
  const client = new Client(`${url.hostname}:${url.port || DEFAULT_PORT}`, credentialsOf(url, tls), OPTIONS);
  const call = async <T>(method: MethodDefinition<object, object>, request: object): Promise<T> => {
    try {
      return await unary<T>(client, method, request, stop);
    } catch (error) {
      stop.throwIfAborted();
      throw troubleOf(error, endpoint, prefix);
    }
  };
  return {
    endpoint,
    head: async () =>
      headOf(await call<{ readonly header: Header }>(RANGE, { key: Buffer.from(prefix), count_only: true })),
    version: async () => (await call<{ readonly version: string }>(STATUS, {})).version,
    hasLease: async lease => Number((await call<{ readonly TTL: string }>(TIME_TO_LIVE, { ID: lease })).TTL) >= 0,
    watch: from => startWatch(client, endpoint, prefix, from),
    close: () => client.close(),
  };
}

const OPTIONS: ClientOptions = {
  'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': CALL_MS,
  // Else a new client gets the connection of the one before, and its refusal.
  'grpc.use_local_subchannel_pool': 1,
};

const credentialsOf = ({ protocol }: URL, { ca, cert, key, verify }: EtcdTls): ChannelCredentials =>
  protocol === 'http:'
    ? credentials.createInsecure()
    : credentials.createSsl(ca, key, cert, { rejectUnauthorized: verify });

/** A method of the interface; the file is ours, so it is there. */
const methodOf = (service: string, method: string): MethodDefinition<object, object> =>
  (PROTO[`etcdserverpb.${service}`] as ServiceDefinition)[method] as MethodDefinition<object, object>;

const RANGE = methodOf('KV', 'Range');
const STATUS = methodOf('Maintenance', 'Status');
const TIME_TO_LIVE = methodOf('Lease', 'LeaseTimeToLive');
const WATCH = methodOf('Watch', 'Watch');

const unary = <T>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<object, object>,
  request: object,
  stop: AbortSignal,
): Promise<T> =>
  new Promise((resolve, reject) => {
    stop.throwIfAborted();
    const options = { deadline: Date.now() + CALL_MS };
    const done = (error: Error | null, response?: object): void => {
      stop.removeEventListener('abort', cancel);
      if (error === null) resolve(response as T);
      else reject(error);
    };
    const call = client.makeUnaryRequest(
      ...([path, requestSerialize, responseDeserialize, request, new Metadata(), options, done] as const),
    );
    const cancel = (): void => call.cancel();
    stop.addEventListener('abort', cancel, { once: true });
  });

/** Ids as etcd logs them: hex without leading zeros. */
const headOf = ({ header: { cluster_id, member_id, revision } }: { readonly header: Header }): Head => ({
  clusterId: BigInt(cluster_id).toString(16),
  memberId: BigInt(member_id).toString(16),
  revision: Number(revision),
});

function startWatch(client: Client, endpoint: string, prefix: string, from: number): Watch {
  const metadata = new Metadata();
  // A member that has lost the others ends the watch instead of keeping us waiting.
  metadata.set('hasleader', 'true');
  const stream = client.makeBidiStreamRequest(
    WATCH.path,
    WATCH.requestSerialize,
    WATCH.responseDeserialize,
    metadata,
    {},
  );
  const key = Buffer.from(prefix);
  const create = { key, range_end: endOf(key), start_revision: String(from), prev_kv: true, fragment: true };
  stream.write({ create_request: create });
  return {
    responses: responsesOf(stream as AsyncIterable<unknown>, endpoint, prefix),
    askProgress: () => void stream.write({ progress_request: {} }),
    end: () => stream.cancel(),
  };
}

async function* responsesOf(
  stream: AsyncIterable<unknown>,
  endpoint: string,
  prefix: string,
): AsyncGenerator<WatchResponse> {
  try {
    for await (const response of stream) yield response as WatchResponse;
  } catch (error) {
    throw troubleOf(error, endpoint, prefix);
  }
}

/** The first key after all that begin with the prefix. */
function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return end;
}
