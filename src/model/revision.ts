/** What every record of the collector says: which etcd, which of its histories, and when it was seen. docs/collector.md has the whole format. */
export type WatchSource = {
  /** `orchestrator.cluster.name`, where the configuration names one. */
  readonly cluster?: string | undefined;
  /** Of the etcd cluster and of the member that answered, in hex as etcd logs them. */
  readonly cluster_id: string;
  readonly member_id: string;
  /** How often this etcd was replaced or went back while it was watched: one revision is another write in another history. */
  readonly history: number;
  /** RFC 3339, by the collector's clock. */
  readonly seen: string;
};

/** One key at one revision. Never its value. */
export type RevisionRecord = WatchSource & {
  readonly type: 'revision';
  readonly revision: number;
  /** A key that is no UTF-8 stands in `key_base64` instead. */
  readonly key?: string | undefined;
  readonly key_base64?: string | undefined;
  readonly operation: 'put' | 'delete';
  /** The write came after this time; absent where nothing is known. */
  readonly after?: string | undefined;
  /** Of the value that was written, or that was deleted. */
  readonly create_revision?: number | undefined;
  readonly version?: number | undefined;
  readonly lease?: string | undefined;
  readonly value_size?: number | undefined;
  /** The revision that wrote what this one replaces or deletes. */
  readonly previous_revision?: number | undefined;
  readonly key_size: number;
  /** HMAC-SHA256 of the value that was written, base64url. */
  readonly value_hash?: string | undefined;
  readonly encrypted?: boolean | undefined;
  readonly provider?: string | undefined;
  readonly key_id?: string | undefined;
  /** Of a deletion of a key with a lease: whether the lease was gone with it. */
  readonly lease_ended?: boolean | undefined;
};

/** All that was written before `up_to`, which is at most `revision`, has been told. */
export type ProgressRecord = WatchSource & {
  readonly type: 'progress';
  readonly revision: number;
  readonly up_to: string;
};

export type CollectorAction = 'collection_began' | 'revisions_lost' | 'cluster_replaced' | 'revision_went_back';

/** What the collector says of itself and of its etcd; it goes on at `next`. */
export type CollectorRecord = WatchSource & {
  readonly type: 'collector';
  readonly action: CollectorAction;
  /** Where etcd stood. */
  readonly revision: number;
  readonly next: number;
  readonly after?: string | undefined;
  /** The revisions that are gone; of a history that went back, where it stood and where it stands. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly previous_cluster_id?: string | undefined;
};

export type WatchRecord = RevisionRecord | ProgressRecord | CollectorRecord;
