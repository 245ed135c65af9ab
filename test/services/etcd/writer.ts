import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, credentials, Metadata, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Pki } from './pki.ts';

const PROTO = loadSync(join(import.meta.dirname, 'writer.proto'), { keepCase: true, longs: String, defaults: true });
const CALL_MS = 10_000;

type Answer = { readonly header?: { readonly revision: string } | null; readonly ID?: string };

/** Writes to an etcd; each call gives the revision that it made. */
export type Writer = {
  readonly put: (key: string, value: string | Buffer, lease?: string) => Promise<number>;
  readonly remove: (key: string) => Promise<number>;
  /** Puts all of them at one revision. */
  readonly putAll: (keys: readonly string[], value: string) => Promise<number>;
  readonly compact: (revision: number) => Promise<number>;
  readonly grant: (seconds: number) => Promise<string>;
  readonly revoke: (lease: string) => Promise<number>;
  /** Turns etcd's authentication on, with `root` as root and the user `reader`, who may read this prefix. */
  readonly enableAuth: (reader: string, prefix: string) => Promise<void>;
  readonly close: () => void;
};

/** As the user of the certificate `root`. */
export function connectWriter(endpoint: string, pki: Pki): Writer {
  const file = (path: string): Buffer => readFileSync(path);
  const tls = credentials.createSsl(file(pki.ca), file(pki.key('root')), file(pki.cert('root')));
  const client = new Client(new URL(endpoint).host, tls, {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 500,
  });
  const call = (service: string, method: string, request: object): Promise<Answer> =>
    ask(client, service, method, request);
  const write = async (method: string, request: object, service = 'KV'): Promise<number> =>
    Number((await call(service, method, request)).header?.revision);
  const putting = (key: string, value: string | Buffer, lease = '0') => ({
    key: Buffer.from(key),
    value: Buffer.from(value as string),
    lease,
  });
  return {
    put: (key, value, lease) => write('Put', putting(key, value, lease)),
    remove: key => write('DeleteRange', { key: Buffer.from(key) }),
    putAll: (keys, value) => write('Txn', { success: keys.map(key => ({ request_put: putting(key, value) })) }),
    compact: revision => write('Compact', { revision, physical: true }),
    grant: async seconds => (await call('Lease', 'LeaseGrant', { TTL: seconds })).ID ?? '',
    revoke: lease => write('LeaseRevoke', { ID: lease }, 'Lease'),
    enableAuth: async (reader, prefix) => {
      const auth = (method: string, request: object) => call('Auth', method, request);
      await auth('UserAdd', { name: 'root', password: 'root' });
      await auth('UserGrantRole', { user: 'root', role: 'root' });
      await auth('UserAdd', { name: reader, password: 'none' });
      await auth('RoleAdd', { name: 'reader' });
      await auth('UserGrantRole', { user: reader, role: 'reader' });
      const end = Buffer.from(prefix);
      end[end.length - 1] = (end.at(-1) ?? 0) + 1;
      const perm = { permType: 'READ', key: Buffer.from(prefix), range_end: end };
      if (prefix !== '') await auth('RoleGrantPermission', { name: 'reader', perm });
      await auth('AuthEnable', {});
    },
    close: () => client.close(),
  };
}

const ask = (client: Client, service: string, name: string, request: object): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const definition = PROTO[`etcdserverpb.${service}`] as ServiceDefinition;
    const method = definition[name] as MethodDefinition<object, object>;
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      new Metadata(),
      { deadline: Date.now() + CALL_MS, waitForReady: true } as object,
      (error, answer) => (error === null ? resolve(answer as Answer) : reject(error)),
    );
  });
