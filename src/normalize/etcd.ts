import type { EcsDocument, Event, Orchestrator } from '../model/event.ts';
import { identify } from '../model/identity.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import { readLine } from './etcd/line.ts';
import type { Line, Reading } from './etcd/reading.ts';
import type { Stored } from './etcd/registry.ts';
import { saturationEvent } from './etcd/saturated.ts';
import { ECS_VERSION, type Settings } from './settings.ts';
import { instant, utc } from './time.ts';

const CATEGORY: readonly string[] = ['database'];

/** Turns a line of etcd's log into an event, and into a second one where it shows that etcd begins to drop lines. */
export function etcdEvents(line: Line, record: LogRecord, origin: Origin, settings: Settings): readonly Event[] {
  const reading = readLine(line);
  const timestamp = utc(line['ts']);
  const at = instant(timestamp);
  const { name, load } = settings.etcdStreams.read(line, reading, at, origin, record.cluster);
  const event = etcdEvent(
    line,
    name === undefined ? reading : named(reading, name),
    timestamp,
    record,
    origin,
    settings,
  );
  return load === 'report' && at !== undefined ? [event, saturationEvent(event, at, record.cluster)] : [event];
}

const named = (reading: Reading, name: string): Reading => ({
  ...reading,
  user: name,
  etcd: { ...reading.etcd, client: { common_name: name } },
});

function etcdEvent(
  line: Line,
  reading: Reading,
  timestamp: string | undefined,
  record: LogRecord,
  origin: Origin,
  settings: Settings,
): Event {
  // A line has no identity of its own: two equal lines of one file are two events, the same line read twice is one.
  const id = identify(record.cluster, record.bytes.toString('latin1'), JSON.stringify(origin));
  const ip = reading.source?.ip;
  const document: EcsDocument = {
    '@timestamp': timestamp ?? new Date(record.receivedAt ?? settings.now()).toISOString(),
    ecs: ECS_VERSION,
    data_stream: settings.etcdStream,
    event: {
      id,
      kind: 'event',
      module: 'etcd',
      dataset: 'etcd.audit_logs',
      action: reading.action,
      type: reading.type,
      outcome: reading.outcome,
      category: CATEGORY,
      start: reading.start,
      duration: reading.duration,
      reason: reading.reason,
    },
    message: reading.message ?? String(line['msg']),
    user: reading.user === undefined ? undefined : { name: reading.user },
    source: reading.source,
    orchestrator: orchestratorOf(reading.stored, record.cluster),
    related: ip === undefined && reading.user === undefined ? undefined : relatedOf(ip, reading.user),
    process: processOf(reading),
    log: typeof line['level'] === 'string' ? { level: line['level'] } : undefined,
    etcd: reading.etcd,
    keywarden: { origin, missing: timestamp === undefined ? ['ts'] : undefined },
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
