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

export type AlertFields = {
  readonly level: Level;
  readonly status: 'open';
  readonly group: Readonly<Record<string, string>>;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly evidence: readonly Evidence[];
};

export type Evidence = {
  readonly event_id: string;
  readonly timestamp: string;
  readonly dataset: Dataset | 'json';
  readonly origin: Origin;
  readonly message: string;
};
