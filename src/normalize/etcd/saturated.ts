import type { Event } from '../../model/event.ts';
import { identify } from '../../model/identity.ts';
import { minuteOf } from './saturation.ts';
import { streamName } from './streams.ts';

const TYPE: readonly string[] = ['error'];

/**
 * The event that lines of etcd's log are missing from here on: one for each log, message and minute, whichever of its
 * lines shows it first. `line` is the event of the line that did.
 */
export function saturationEvent({ document: line, ...rest }: Event, at: number, cluster: string | undefined): Event {
  const message = line.message ?? '';
  const minute = String(minuteOf(at));
  const id = identify('log_saturated', streamName(rest.origin, cluster), line.log?.level, message, minute);
  const { data_stream, keywarden, event, log } = line;
  return {
    ...rest,
    id,
    document: {
      '@timestamp': line['@timestamp'],
      ecs: line.ecs,
      data_stream,
      event: {
        id,
        kind: 'pipeline_error',
        module: 'etcd',
        dataset: event.dataset,
        action: 'log_saturated',
        type: TYPE,
        outcome: 'unknown',
        category: event.category,
      },
      message: `etcd's log is saturated: about 100 lines "${message}" within a second, so that etcd leaves further ones out`,
      orchestrator: cluster === undefined ? undefined : { type: 'kubernetes', cluster: { name: cluster } },
      log,
      etcd: { line: 'saturation', saturation: { message } },
      keywarden,
    },
  };
}
