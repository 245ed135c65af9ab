/** What an attack must raise: at least these rules, and in their alerts' messages these names. */
export type Expected = {
  readonly rules: readonly string[];
  /** Who: all that the log can tell. */
  readonly actor: readonly string[];
  readonly object: readonly string[];
};

/** An attack that leaves no line at the recording's log level, and what does show it. */
export type Unseen = { readonly unseen: string };

/**
 * The attacks and bypasses of the recorded control plane. etcd's log has the address of a request and the name of a write,
 * of a snapshot neither: more is not asked for. 127.0.0.2 is the intruder's.
 */
export const EXPECTED: Readonly<Record<string, Expected | Unseen>> = {
  A07: {
    rules: ['a01-secrets-read-cluster-wide'],
    actor: ['kubernetes-admin', '127.0.0.1'],
    object: ['Secrets of all namespaces'],
  },
  A10: {
    rules: ['a04-cluster-admin-bound'],
    actor: ['kubernetes-admin', '127.0.0.1'],
    object: ['mallory', 'cluster-admin', 'mallory-root'],
  },
  E01: {
    rules: ['e01-unknown-address-uses-kv', 'e02-unknown-client-reads-secrets'],
    actor: ['127.0.0.2'],
    object: ['/registry/secrets'],
  },
  E02: {
    rules: ['e01-unknown-address-uses-kv', 'e03-keys-listed'],
    actor: ['127.0.0.2'],
    object: ['/registry', '254'],
  },
  E03: {
    rules: [
      'e01-unknown-address-uses-kv',
      'e01-unknown-certificate-uses-kv',
      'e07-unguarded-write',
      'e05-privileged-write-unexplained',
    ],
    actor: ['127.0.0.2', 'intruder'],
    object: ['/registry/clusterrolebindings/backdoor'],
  },
  E04: {
    rules: [
      'e01-unknown-certificate-uses-kv',
      'e02-unknown-client-reads-secrets',
      'e07-unguarded-write',
      'e05-privileged-write-unexplained',
      'e06-secret-read-unexplained',
    ],
    actor: ['127.0.0.2', 'intruder'],
    object: ['/registry/secrets/dev/app-secret'],
  },
  E05: {
    rules: ['e01-unknown-certificate-uses-kv', 'e18-events-deleted', 'e05-event-write-unexplained'],
    actor: ['127.0.0.2', 'intruder'],
    object: ['/registry/events', '9 '],
  },
  E06: { rules: ['e08-snapshot-sent'], actor: [], object: ['389120 bytes'] },
  E07: { unseen: 'a watch leaves a line at debug level only' },
  E08: {
    rules: ['e01-unknown-address-uses-kv', 'e02-unknown-client-lists-secrets'],
    actor: ['127.0.0.2'],
    object: ['/registry/secrets'],
  },
  E09: { rules: ['e12-unknown-certificate-uses-etcd'], actor: ['root'], object: ['Alarm'] },
  E10: {
    rules: ['e11-no-certificate', 'e11-certificate-not-trusted'],
    actor: ['127.0.0.2'],
    object: ['without a client certificate', 'unknown authority'],
  },
};
