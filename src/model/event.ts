import type { FilterMark } from './filter.ts';
import type { Origin } from './record.ts';

export type Dataset = 'kubernetes.audit_logs' | 'etcd.audit_logs';

/** What rules are evaluated on: an event, or with `hunt --input json` any JSON object. */
export type Subject = {
  /** Deterministic. */
  readonly id: string;
  readonly dataset: Dataset | 'json';
  readonly document: object;
  readonly origin: Origin;
  /** False at a stage that only repeats the request (RequestReceived): indexed, not evaluated. */
  readonly judged: boolean;
};

/** One normalised audit event. What rules read and what the index holds is the same ECS document; its `event.id` is the id. */
export type Event = Subject & {
  readonly dataset: Dataset;
  readonly document: EcsDocument;
  /** Set where `document.kubernetes.audit` is the record's own text, so that no writer has to serialise it anew. */
  readonly verbatim: Verbatim | undefined;
};

/** `bytes` up to `annotationsAt` are the audit event without its closing brace and, where it has any, its annotations. */
export type Verbatim = { readonly bytes: Buffer; readonly annotationsAt: number };

/**
 * Elastic Common Schema 8.17 with the field names of Elastic's Kubernetes integration; etcd's own fields under `etcd`.
 * The fields that are always there come first, so that all events of a data set share one hidden class; for the same reason optional fields may be undefined.
 */
export type EcsDocument = {
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly data_stream: { readonly type: 'logs'; readonly dataset: Dataset; readonly namespace: string };
  readonly event: EcsEvent;
  /** One sentence for a human; for etcd the log line's own message. */
  readonly message?: string | undefined;
  readonly user?:
    | {
        readonly name?: string | undefined;
        readonly id?: string | undefined;
        readonly effective?: { readonly name: string } | undefined;
      }
    | undefined;
  readonly user_agent?: { readonly original: string } | undefined;
  /** `ip` is the real peer: the last of `sourceIPs`, or etcd's `remote`. */
  readonly source?:
    | {
        readonly ip?: string | undefined;
        readonly port?: number | undefined;
        readonly geo?: Geo | undefined;
        readonly as?: AutonomousSystem | undefined;
      }
    | undefined;
  /** Every address that was claimed on the way. */
  readonly client?: { readonly ip: readonly string[] } | undefined;
  /** The addresses that a request says it was forwarded for: whatever the client wrote, or a proxy. */
  readonly network?: { readonly forwarded_ip: readonly string[] } | undefined;
  /** `path` is decoded, so that no rule can be passed by writing a letter as %65; of requests through a proxy and of those for no object. */
  readonly url?: { readonly path: string } | undefined;
  readonly orchestrator?: Orchestrator | undefined;
  readonly related?:
    | { readonly ip?: readonly string[] | undefined; readonly user?: readonly string[] | undefined }
    | undefined;
  readonly process?: { readonly args: readonly string[]; readonly command_line: string } | undefined;
  readonly log?: { readonly level?: string | undefined; readonly logger?: string | undefined } | undefined;
  readonly kubernetes?: { readonly audit: Readonly<Record<string, unknown>> } | undefined;
  readonly etcd?: EtcdFields | undefined;
  readonly keywarden: KeywardenFields;
};

/** Where an address is, as a database that the user brings says. */
export type Geo = {
  readonly country_iso_code?: string | undefined;
  readonly country_name?: string | undefined;
  readonly city_name?: string | undefined;
  /** Degrees. */
  readonly location?: { readonly lat: number; readonly lon: number } | undefined;
};

/** Whose network an address is in. */
export type AutonomousSystem = {
  readonly number: number;
  readonly organization?: { readonly name: string } | undefined;
};

export type EcsEvent = {
  readonly id: string;
  /** `pipeline_error` where events are missing. */
  readonly kind: 'event' | 'pipeline_error';
  readonly module: 'kubernetes' | 'etcd';
  readonly dataset: Dataset;
  /** The Kubernetes verb; for etcd the RPC method in snake case (`range`, `delete_range`), or the name of what happened (`auth_disabled`). */
  readonly action: string;
  readonly type: readonly string[];
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly category?: readonly string[] | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** Nanoseconds. */
  readonly duration?: number | undefined;
  readonly reason?: string | undefined;
};

/** The Kubernetes object that a request names or that an etcd key stores, in the same fields for both. */
export type Orchestrator = {
  readonly type: 'kubernetes';
  readonly cluster?: { readonly name: string } | undefined;
  readonly namespace?: string | undefined;
  readonly api_version?: string | undefined;
  readonly resource?:
    | { readonly type?: string | undefined; readonly name?: string | undefined; readonly group?: string | undefined }
    | undefined;
};

/** Who wrapped an event: a shipper, a container runtime or a cloud; `other` where only the field of its text is known. */
export type Envelope =
  | 'fluent-bit'
  | 'fluentd'
  | 'vector'
  | 'filebeat'
  | 'logstash'
  | 'docker'
  | 'cri'
  | 'cloudwatch'
  | 'azure'
  | 'gke'
  | 'other';

/** What the pipeline says of an event: where it came from, what it lacked and what was cut. */
export type KeywardenFields = {
  readonly origin: Origin;
  /** What the event was wrapped in, the outermost where there are several. */
  readonly envelope?: Envelope | undefined;
  /** Names of the fields that an event of its kind should have and did not. */
  readonly missing?: readonly string[] | undefined;
  /** Paths below `kubernetes.audit` whose values were replaced by the redaction marker. */
  readonly redacted?: readonly string[] | undefined;
  /** What a request to the API server asks for that its own fields do not say as they are. */
  readonly request?: RequestFields | undefined;
  /** What the user's lists call the address and the user. */
  readonly labels?: readonly string[] | undefined;
  /** How many records were gone before they could be read. */
  readonly lost?: number | undefined;
  /** Set where a filter left something out, or kept the event as one of a sample. */
  readonly filter?: FilterMark | undefined;
};

export type RequestFields = {
  /** True where a service account asks for something in another namespace than its own. */
  readonly foreign_namespace?: true | undefined;
  /** The user that a token, or the pods of a workload, will be. */
  readonly service_account?: string | undefined;
  /** The users, service accounts among them, to whom a binding gives its role. */
  readonly bound?: readonly string[] | undefined;
  /** The kind of objects that a CustomResourceDefinition is for. */
  readonly defines?: { readonly type: string; readonly group: string } | undefined;
  /** It stores nothing; `claimed` where a body that was not recorded could say otherwise. */
  readonly dry_run?: 'certain' | 'claimed' | undefined;
  /** What a JSON Patch writes, as a part of the object. */
  readonly patched?: unknown;
  /** The names in the subject of a certificate signing request: user and groups of whoever bears the certificate. */
  readonly certificate?:
    | { readonly common_name?: readonly string[] | undefined; readonly organization?: readonly string[] | undefined }
    | undefined;
};

/** etcd's own fields. See docs/events.md for where each comes from. */
export type EtcdFields = {
  /** What kind of log line this is: `request` (request stats), `apply` (apply request took too long, failed to apply request), `entry` (a debug line that shows what was written), `connection`, `auth`, `member`, `maintenance`, `alarm`, `startup`, `saturation` (no line, but that lines are missing), `revision` and `collector` (no lines, but what the collector saw), or `log` (anything else). */
  readonly line:
    | 'request'
    | 'apply'
    | 'entry'
    | 'connection'
    | 'auth'
    | 'member'
    | 'maintenance'
    | 'alarm'
    | 'startup'
    | 'saturation'
    | 'revision'
    | 'collector'
    | 'log';
  /** Of an apply line: no `request stats` follows, since this etcd writes none. */
  readonly alone?: true | undefined;
  readonly rpc?: { readonly service: string; readonly method: string } | undefined;
  readonly operation?: 'read' | 'write' | 'delete' | 'watch' | 'lease' | 'auth' | 'cluster' | 'maintenance' | undefined;
  /** The first key of the request, printable: bytes outside UTF-8 as `\xNN`. */
  readonly key?: string | undefined;
  readonly range_end?: string | undefined;
  /** `key` one key, `prefix` all keys that begin with `key`, `range` any other interval, `all` every key there is. */
  readonly key_span?: 'key' | 'prefix' | 'range' | 'all' | undefined;
  /** The distinct keys of a transaction's operations and compares. */
  readonly keys?: readonly string[] | undefined;
  /** Whether any key of the request lies under `/registry`, where Kubernetes stores its objects. */
  readonly registry?: boolean | undefined;
  /** The resource types whose storage prefix the request reaches, among those in `registry.ts`; one for a single key. */
  readonly resources?: readonly string[] | undefined;
  readonly txn?:
    | {
        readonly guarded: boolean;
        readonly operations: number;
        /** Whether an API server could have made it; undefined where not all of it is known. */
        readonly like_api_server?: boolean | undefined;
        /** A transaction stands in the transaction. */
        readonly nested?: true | undefined;
      }
    | undefined;
  /** How a value that was written is stored; of the value itself nothing is kept. */
  readonly value?: EtcdValue | undefined;
  readonly keys_only?: boolean | undefined;
  readonly count_only?: boolean | undefined;
  readonly serializable?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly lease?: string | undefined;
  /** Of a deletion of a key with a lease, from the collector: whether the lease ended with it. */
  readonly lease_ended?: boolean | undefined;
  readonly revision?: number | undefined;
  /** From the collector: the revision that made the key, its writes since then, and the revision that wrote it before this one. */
  readonly create_revision?: number | undefined;
  readonly version?: number | undefined;
  /** Of a write: whether its key is new, or was there before; undefined where nobody told. */
  readonly creates?: boolean | undefined;
  readonly previous_revision?: number | undefined;
  /** Bytes. */
  readonly key_size?: number | undefined;
  /** How often the etcd was replaced or went back while it was watched: one revision is another write in another history. */
  readonly history?: number | undefined;
  /** The revisions that are gone; of an etcd that was replaced or went back, where it stood and where it stands. */
  readonly revisions?: { readonly from: number; readonly to: number } | undefined;
  readonly request?: { readonly size?: number | undefined; readonly count?: number | undefined } | undefined;
  readonly response?: { readonly size?: number | undefined; readonly count?: number | undefined } | undefined;
  readonly client?: { readonly common_name: string } | undefined;
  readonly member?:
    | {
        readonly id?: string | undefined;
        readonly name?: string | undefined;
        readonly peer_urls?: readonly string[] | undefined;
        readonly learner?: boolean | undefined;
        /** Told while the server starts, when it repeats what it knows. */
        readonly at_start?: true | undefined;
      }
    | undefined;
  /** `remote_id` is that of a peer which believes to be in another cluster. */
  readonly cluster?:
    | {
        readonly id?: string | undefined;
        readonly remote_id?: string | undefined;
        /** Of the etcd that was watched before. */
        readonly previous_id?: string | undefined;
      }
    | undefined;
  readonly auth?:
    | {
        readonly user?: string | undefined;
        readonly role?: string | undefined;
        readonly roles?: readonly string[] | undefined;
        readonly permission?: string | undefined;
      }
    | undefined;
  readonly tls?:
    | {
        readonly endpoint?: 'client' | 'peer' | undefined;
        readonly error?: string | undefined;
        readonly server_name?: string | undefined;
      }
    | undefined;
  readonly alarm?: string | undefined;
  readonly alarm_action?: 'get' | 'activate' | 'deactivate' | undefined;
  readonly snapshot?: { readonly size: number } | undefined;
  /** The message of which etcd drops lines. */
  readonly saturation?: { readonly message: string } | undefined;
  /** The settings that a start-up line tells. A flag that the line does not speak of is absent, not false. */
  readonly server?: EtcdServer | undefined;
};

/** Encrypted by Kubernetes, and if so by which provider under which key; from the collector also its bytes and a keyed hash. */
export type EtcdValue = {
  readonly size?: number | undefined;
  readonly hash?: string | undefined;
  readonly encrypted?: boolean | undefined;
  readonly provider?: string | undefined;
  readonly key_id?: string | undefined;
};

export type EtcdServer = {
  readonly version?: string | undefined;
  readonly listen_client_urls?: readonly string[] | undefined;
  readonly listen_peer_urls?: readonly string[] | undefined;
  readonly listen_metrics_urls?: readonly string[] | undefined;
  readonly client_tls?: boolean | undefined;
  readonly client_cert_auth?: boolean | undefined;
  readonly trusted_ca?: boolean | undefined;
  readonly force_new_cluster?: boolean | undefined;
  readonly enable_v2?: boolean | undefined;
  readonly enable_pprof?: boolean | undefined;
  readonly peer_cert_auth?: boolean | undefined;
  readonly peer_trusted_ca?: boolean | undefined;
  readonly log_level?: string | undefined;
};
