import type { EcsDocument, Event, Orchestrator } from '../model/event.ts';
import { ECS_VERSION } from '../model/version.ts';
import { readLine } from './etcd/line.ts';
import type { Line, Reading } from './etcd/reading.ts';
import type { Stored } from './etcd/registry.ts';
import { saturationEvent } from './etcd/saturated.ts';
import type { Context } from './etcd/streams.ts';
import { type Place, placeId, standInTime } from './place.ts';
import type { Settings } from './settings.ts';
import { instant, utc } from './time.ts';

const CATEGORY: readonly string[] = ['database'];

/** Turns a line of etcd's log into an event, and into a second one where it shows that etcd begins to drop lines. */
export function etcdLineEvents(line: Line, place: Place, settings: Settings): readonly Event[] {
  const reading = readLine(line);
  const at = instant(utc(line['ts']));
  const context = settings.etcdStreams.read(line, reading, at, place.origin, place.cluster);
  const { load } = context;
  const event = etcdEvent(inContext(reading, context), line, 'ts', place, settings);
  return load === 'report' && at !== undefined ? [event, saturationEvent(event, at, place.cluster)] : [event];
}

function inContext(reading: Reading, { name, starting, alone }: Context): Reading {
  if (name !== undefined) return named(reading, name);
  const { etcd } = reading;
  if (starting && etcd.line === 'member') {
    return { ...reading, etcd: { ...etcd, member: { ...etcd.member, at_start: true } } };
  }
  return alone && etcd.line === 'apply' ? { ...reading, etcd: { ...etcd, alone: true } } : reading;
}

const named = (reading: Reading, name: string): Reading => ({
  ...reading,
  user: name,
  etcd: { ...reading.etcd, client: { common_name: name } },
});

/** Turns what was read from `line`, whose time is in the field `time`, into an ECS document. */
export function etcdEvent(reading: Reading, line: Line, time: string, place: Place, settings: Settings): Event {
  const timestamp = utc(line[time]);
  const { cluster, origin, envelope } = place;
  const id = reading.id ?? placeId(place, line);
  const ip = reading.source?.ip;
  const document: EcsDocument = {
    '@timestamp': timestamp ?? standInTime(place, settings.now),
    ecs: ECS_VERSION,
    data_stream: settings.etcdStream,
    event: {
      id,
      kind: reading.kind ?? 'event',
      module: 'etcd',
      dataset: 'etcd.audit_logs',
      action: reading.action,
      type: reading.type,
      outcome: reading.outcome,
      category: CATEGORY,
      start: reading.start,
      end: reading.end,
      duration: reading.duration,
      reason: reading.reason,
    },
    message: reading.message ?? String(line['msg']),
    user: reading.user === undefined ? undefined : { name: reading.user },
    source: reading.source,
    orchestrator: orchestratorOf(reading.stored, cluster),
    related: ip === undefined && reading.user === undefined ? undefined : relatedOf(ip, reading.user),
    process: processOf(reading),
    log: typeof line['level'] === 'string' ? { level: line['level'] } : undefined,
    etcd: reading.etcd,
    keywarden: { origin, envelope, missing: timestamp === undefined ? [time] : undefined },
  };
  return { id, dataset: 'etcd.audit_logs', document, origin, judged: true, verbatim: undefined };
}

function orchestratorOf(stored: Stored | undefined, cluster: string | undefined): Orchestrator | undefined {
  if (stored === undefined && cluster === undefined) return undefined;
  return {
    type: 'kubernetes',
    cluster: cluster === undefined ? undefined : { name: cluster },
    namespace: stored?.namespace,
    resource: stored === undefined ? undefined : { type: stored.type, name: stored.name, group: stored.group },
  };
}

const relatedOf = (ip: string | undefined, user: string | undefined): EcsDocument['related'] => ({
  ip: ip === undefined ? undefined : [ip],
  user: user === undefined ? undefined : [user],
});

const processOf = ({ args }: Reading): EcsDocument['process'] =>
  args === undefined ? undefined : { args, command_line: args.join(' ') };
