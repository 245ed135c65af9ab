import type { ServiceError } from '@grpc/grpc-js';
import { KeywardenError, messageOf } from '../errors.ts';

/** What the user has to mend, by what gRPC, TLS or etcd says, and the remedy. The first that is found counts. */
const REFUSALS: readonly (readonly [says: RegExp, what: string, remedy: string])[] = [
  [
    /alert certificate required|alert bad certificate|alert handshake failure/,
    'etcd refuses us without a client certificate that it trusts',
    'give one that is signed by the authority in etcd’s --trusted-ca-file, in collector.tls.certFile and .keyFile',
  ],
  [
    /alert unknown ca/,
    'etcd does not trust the authority of our certificate',
    'give one that is signed by the authority in etcd’s --trusted-ca-file, in collector.tls.certFile and .keyFile',
  ],
  [
    /alert certificate (?:expired|revoked|unknown)/,
    'etcd refuses our certificate as expired, revoked or unfit',
    'renew it; it needs the extended key usage of a client',
  ],
  [
    /unable to verify|self[- ]signed certificate|unable to get (?:local )?issuer/,
    'the certificate of etcd is of an authority that we do not trust',
    'name that authority in collector.tls.caFile',
  ],
  [
    /certificate has expired|certificate is not yet valid/,
    'the certificate of etcd is not valid today',
    'renew it, or set the clock right',
  ],
  [
    /altnames|ERR_TLS_CERT_ALTNAME_INVALID/,
    'the certificate of etcd is not for this address',
    'write the endpoint as the certificate names it',
  ],
  [
    /wrong version number/,
    'etcd does not speak TLS there',
    'write the endpoint as http://, or the port of its clients',
  ],
  [
    /key values mismatch|no start line|PEM|bad decrypt/i,
    'our certificate or key cannot be used',
    'check collector.tls.certFile and collector.tls.keyFile: PEM, and of one pair',
  ],
];

const AUTH = /permission denied|user name is empty|user name not found|invalid auth token|insufficient credentials/;

/** The error of a call as the user reads it: CONFIG where somebody has to mend something, else ETCD, which may pass by itself. */
export function troubleOf(error: unknown, endpoint: string, prefix: string): KeywardenError {
  if (error instanceof KeywardenError) return error;
  const text = (error as Partial<ServiceError>).details || messageOf(error);
  return told(text, endpoint, prefix, error);
}

/** The same of a watch that etcd has ended with this reason. */
export const endedFor = (reason: string, endpoint: string, prefix: string): KeywardenError =>
  told(reason, endpoint, prefix, undefined);

function told(text: string, endpoint: string, prefix: string, cause: unknown): KeywardenError {
  if (AUTH.test(text)) {
    const remedy = `the user that our certificate names needs a role with read permission on the prefix: etcdctl role grant-permission ROLE read --prefix=true ${prefix}`;
    return new KeywardenError('CONFIG', `${endpoint}: ${clean(text)}; ${remedy}`, { cause });
  }
  for (const [says, what, remedy] of REFUSALS) {
    if (says.test(text)) return new KeywardenError('CONFIG', `${endpoint}: ${what}; ${remedy}`, { cause });
  }
  return new KeywardenError('ETCD', `${endpoint}: ${clean(text)}`, { cause });
}

/** gRPC's own words around the reason help nobody. */
const clean = (text: string): string =>
  text
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/(?: \([\dTZ:.-]+\))?\.? ?Resolution note: ?$/, '')
    .trim();
