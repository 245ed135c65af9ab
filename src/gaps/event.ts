import type { EcsDocument, EcsEvent, Event } from '../model/event.ts';
import { identify } from '../model/identity.ts';
import { ECS_VERSION } from '../model/version.ts';
import type { Stream } from './stream.ts';

/** What is missing: an audit stream has fallen silent, its time has jumped, or records were gone before they were read. */
export type GapAction =
  | ('stream_silent' | 'time_jumped' | 'records_lost')
  /** Rules of more than one event cannot judge what they found, or can again. */
  | ('blind' | 'sight_returned' | 'not_judged');

export type Gap = {
  readonly action: GapAction;
  readonly message: string;
  /** RFC 3339; the time that the event stands at. */
  readonly at: string;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly offset: number;
  readonly lost?: number | undefined;
  /** What tells it from others of its place. */
  readonly of?: readonly string[];
};

const TYPE: readonly string[] = ['error'];

/** Whose events are missing. */
export type GapPlace = Pick<Stream, 'topic' | 'partition' | 'dataset' | 'cluster' | 'namespace'>;

/** The event that says so, in the data stream of the stream's own events. It has the same id whoever finds the gap. */
export function gapEvent(gap: Gap, { topic, partition, dataset, cluster, namespace }: GapPlace): Event {
  const origin = { topic, partition, offset: gap.offset };
  const id = identify(gap.action, cluster, topic, String(partition), String(gap.offset), ...(gap.of ?? []));
  const event: EcsEvent = {
    id,
    kind: 'pipeline_error',
    module: dataset === 'etcd.audit_logs' ? 'etcd' : 'kubernetes',
    dataset,
    action: gap.action,
    type: TYPE,
    outcome: 'unknown',
    start: gap.start,
    end: gap.end,
  };
  const document: EcsDocument = {
    '@timestamp': gap.at,
    ecs: ECS_VERSION,
    data_stream: { type: 'logs', dataset, namespace },
    event,
    message: gap.message,
    orchestrator: cluster === undefined ? undefined : { type: 'kubernetes', cluster: { name: cluster } },
    keywarden: { origin, lost: gap.lost },
  };
  return { id, dataset, document, origin, judged: true, verbatim: undefined };
}
