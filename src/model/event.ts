import type { Origin } from './record.ts';

export type Dataset = 'kubernetes.audit_logs' | 'etcd.audit_logs';

/** One normalised audit event. What rules read and what the index holds is the same ECS document. */
export type Event = {
  /** Deterministic, see `eventId`; also `document.event.id` and the document's `_id`. */
  readonly id: string;
  /** The id of the request without its stage: a request that is judged at two stages alerts once. */
  readonly requestId: string;
  readonly dataset: Dataset;
  readonly document: EcsDocument;
  readonly origin: Origin;
  /** False at a stage that only repeats the request (RequestReceived): indexed, not evaluated. */
  readonly judged: boolean;
  /** Set where `document.kubernetes.audit` is the record's own text, so that no writer has to serialise it anew. */
  readonly verbatim: Verbatim | undefined;
};

/** `bytes` up to `annotationsAt` are the audit event without its closing brace and, where it has any, its annotations. */
export type Verbatim = { readonly bytes: Buffer; readonly annotationsAt: number };

/**
 * Elastic Common Schema 8.17 with the field names of Elastic's Kubernetes integration; etcd's own fields under `etcd`.
 * The fields that are always there come first, so that all events of a data set share one hidden class.
 */
export type EcsDocument = {
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly data_stream: { readonly type: 'logs'; readonly dataset: Dataset; readonly namespace: string };
  readonly event: EcsEvent;
  /** One sentence for a human; for etcd the log line's own message. */
  readonly message?: string;
  readonly user?: { readonly name?: string; readonly id?: string; readonly effective?: { readonly name?: string } };
  readonly user_agent?: { readonly original: string };
  /** `ip` is the real peer: the last of `sourceIPs`, or etcd's `remote`. */
  readonly source?: { readonly ip?: string; readonly port?: number };
  /** Every address that was claimed on the way. */
  readonly client?: { readonly ip: readonly string[] };
  readonly orchestrator?: Orchestrator;
  readonly related?: { readonly ip?: readonly string[]; readonly user?: readonly string[] };
  readonly process?: { readonly args: readonly string[]; readonly command_line: string };
  readonly log?: { readonly level?: string; readonly logger?: string };
  readonly kubernetes?: { readonly audit: Readonly<Record<string, unknown>> };
  readonly etcd?: EtcdFields;
  readonly keywarden: KeywardenFields;
};

export type EcsEvent = {
  readonly id: string;
  readonly kind: 'event';
  readonly module: 'kubernetes' | 'etcd';
  readonly dataset: Dataset;
  /** The Kubernetes verb; for etcd the RPC method in snake case (`range`, `delete_range`), or the name of what happened (`auth_disabled`). */
  readonly action: string;
  readonly type: readonly string[];
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly category?: readonly string[];
  readonly start?: string;
  /** Nanoseconds. */
  readonly duration?: number;
  readonly reason?: string;
};

/** The Kubernetes object that a request names or that an etcd key stores, in the same fields for both. */
export type Orchestrator = {
  readonly type: 'kubernetes';
  readonly cluster?: { readonly name: string };
  readonly namespace?: string;
  readonly api_version?: string;
  readonly resource?: { readonly type?: string; readonly name?: string; readonly group?: string };
};

/** What the pipeline says of an event: where it came from, what it lacked and what was cut. */
export type KeywardenFields = {
  readonly origin: Origin;
  /** Names of the fields that an event of its kind should have and did not. */
  readonly missing?: readonly string[];
  /** Paths below `kubernetes.audit` whose values were replaced by the redaction marker. */
  readonly redacted?: readonly string[];
};

/** etcd's own fields. See docs/events.md for where each comes from. */
export type EtcdFields = {
  /** What kind of log line this is: `request` (request stats), `apply` (apply request took too long), `connection`, `auth`, `member`, `maintenance`, `alarm`, `startup` or `log` (anything else). */
  readonly line: 'request' | 'apply' | 'connection' | 'auth' | 'member' | 'maintenance' | 'alarm' | 'startup' | 'log';
  readonly rpc?: { readonly service: string; readonly method: string };
  readonly operation?: 'read' | 'write' | 'delete' | 'watch' | 'lease' | 'auth' | 'cluster' | 'maintenance';
  /** The first key of the request, printable: bytes outside UTF-8 as `\xNN`. */
  readonly key?: string;
  readonly range_end?: string;
  /** `key` one key, `prefix` all keys that begin with `key`, `range` any other interval, `all` every key there is. */
  readonly key_span?: 'key' | 'prefix' | 'range' | 'all';
  /** The distinct keys of a transaction's operations and compares. */
  readonly keys?: readonly string[];
  /** Whether any key of the request lies under `/registry`, where Kubernetes stores its objects. */
  readonly registry?: boolean;
  /** The resource types whose storage prefix the request reaches, among those in `registry.ts`; one for a single key. */
  readonly resources?: readonly string[];
  readonly txn?: { readonly guarded: boolean; readonly operations: number };
  readonly keys_only?: boolean;
  readonly count_only?: boolean;
  readonly serializable?: boolean;
  readonly limit?: number;
  readonly lease?: string;
  readonly revision?: number;
  readonly request?: { readonly size?: number; readonly count?: number };
  readonly response?: { readonly size?: number; readonly count?: number };
  readonly client?: { readonly common_name: string };
  readonly member?: {
    readonly id?: string;
    readonly name?: string;
    readonly peer_urls?: readonly string[];
    readonly learner?: boolean;
  };
  readonly cluster?: { readonly id: string };
  readonly auth?: {
    readonly user?: string;
    readonly role?: string;
    readonly roles?: readonly string[];
    readonly permission?: string;
  };
  readonly tls?: { readonly endpoint?: 'client' | 'peer'; readonly error?: string; readonly server_name?: string };
  readonly alarm?: string;
  readonly snapshot?: { readonly size: number };
  /** The settings that a start-up line tells. A flag that the line does not speak of is absent, not false. */
  readonly server?: EtcdServer;
};

export type EtcdServer = {
  readonly version?: string;
  readonly listen_client_urls?: readonly string[];
  readonly listen_peer_urls?: readonly string[];
  readonly listen_metrics_urls?: readonly string[];
  readonly client_tls?: boolean;
  readonly client_cert_auth?: boolean;
  readonly trusted_ca?: boolean;
  readonly force_new_cluster?: boolean;
  readonly enable_v2?: boolean;
  readonly enable_pprof?: boolean;
  readonly log_level?: string;
};
