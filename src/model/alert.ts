import type { Dataset, EcsDocument } from './event.ts';
import type { Origin } from './record.ts';

/** Sigma's levels, mildest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** `event.severity` of each level, on the 0 to 100 scale that Elastic Security uses for its own rules. */
export const SEVERITY: Readonly<Record<Level, number>> = {
  informational: 1,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

export const atLeast = (level: Level, floor: Level): boolean => SEVERITY[level] >= SEVERITY[floor];

/** What every output delivers: index, topic, jsonl, table. An ECS document. */
export type Alert = {
  /** Time of the latest evidence. */
  readonly '@timestamp': string;
  /** One sentence: who did what to what, from where. */
  readonly message: string;
  readonly ecs: { readonly version: string };
  readonly event: {
    readonly kind: 'alert';
    readonly dataset: 'keywarden.alert';
    readonly id: string;
    readonly severity: number;
    readonly action?: string;
    /** When this state of the alert was written to the index, by our clock. */
    readonly ingested?: string;
  };
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly reference?: string;
  };
  readonly threat?: readonly Threat[];
  readonly keywarden: { readonly alert: AlertFields };
  readonly user?: EcsDocument['user'];
  readonly user_agent?: EcsDocument['user_agent'];
  readonly source?: EcsDocument['source'];
  readonly orchestrator?: EcsDocument['orchestrator'];
  readonly etcd?: EcsDocument['etcd'];
  readonly process?: EcsDocument['process'];
  readonly related?: EcsDocument['related'];
};

export type Threat = {
  readonly framework: 'MITRE ATT&CK';
  readonly tactic?: { readonly id: string; readonly name: string };
  readonly technique?: readonly { readonly id: string; readonly name?: string }[];
};

/** `open` until somebody looks at it; `closed` stays as it is: a further match opens another alert. */
export const STATUSES = ['open', 'acknowledged', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

/** Why an alert was closed. */
export const REASONS = ['false-positive', 'benign', 'resolved', 'duplicate'] as const;
export type Reason = (typeof REASONS)[number];

export type AlertFields = {
  readonly level: Level;
  readonly status: Status;
  readonly group: Readonly<Record<string, string>>;
  /** Hash of cluster, rule, group and silence: alerts that have it in common are of one case. */
  readonly key: string;
  /** Id of the story that it belongs to: that of its earliest alert, hashed. */
  readonly story?: string;
  /** What makes alerts one story where they have it in common: users, credentials, addresses, objects. */
  readonly links?: readonly string[];
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** The earliest and the latest matches, by their times; `count` tells how many there are. */
  readonly evidence: readonly Evidence[];
  /** Seconds in event time without a match after which a further one opens another alert; absent with `--every-match`. */
  readonly suppress?: number;
  readonly look_first?: string;
  readonly falsepositives?: readonly string[];
  readonly silenced?: Silenced;
  /** What of each partition is in `count`, so that what is delivered again is not counted again. */
  readonly counted?: readonly Counted[];
  /** Requests that were counted at a stage after which another comes, the latest. */
  readonly requests?: readonly string[];
} & Partial<Handling>;

/** What analysts wrote; no later match touches it. */
export type Handling = {
  readonly reason: Reason;
  readonly by: string;
  readonly note: string;
  readonly history: readonly StatusChange[];
};

export type StatusChange = {
  readonly at: string;
  readonly by: string;
  readonly status: Status;
  readonly reason?: Reason;
  readonly note?: string;
};

/** The silence that an alert fell under. */
export type Silenced = {
  readonly name: string;
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
};

/** The matches of one partition that an alert counts: how many, and the last of them. */
export type Counted = Place & { readonly count: number };

/** Where a match was read; `item` counts the events of one record, from 0. */
export type Place = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly item: number;
};

export type Evidence = {
  readonly event_id: string;
  readonly timestamp: string;
  readonly dataset: Dataset | 'json';
  readonly origin: Origin;
  readonly message: string;
};
