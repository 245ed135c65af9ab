import type { Alert } from '../model/alert.ts';
import type { EcsDocument } from '../model/event.ts';
import { printable } from './escape.ts';
import { evidenceLines } from './evidence.ts';
import { place } from './place.ts';
import { type StorySizes, storyOf } from './story.ts';
import { dim, wrapped } from './text.ts';
import { clock } from './time.ts';

const LABEL_WIDTH = 12;
const NARROWEST = 40;

type Options = {
  readonly colour: boolean;
  readonly width: number;
  /** How many alerts are of each story. */
  readonly stories?: StorySizes | undefined;
};

/** One alert in full: what an analyst needs to judge it, who said what of it, and its events as far as they are there. */
export function alertText(
  alert: Alert,
  events: ReadonlyMap<string, EcsDocument>,
  { colour, width, stories }: Options,
): string {
  const { alert: fields } = alert.keywarden;
  const room = Math.max(width - LABEL_WIDTH, NARROWEST);
  const line = (label: string, text: string | undefined): string =>
    text === undefined || text === ''
      ? ''
      : `${dim(label.padEnd(LABEL_WIDTH), colour)}${wrapped(text, room).join(`\n${' '.repeat(LABEL_WIDTH)}`)}\n`;
  const { silenced, history = [] } = fields;
  return [
    line('alert', `${alert.message}`),
    line('id', alert.event.id),
    line('level', fields.level),
    line(
      'status',
      [fields.status, fields.reason, fields.by === undefined ? undefined : `by ${fields.by}`].filter(isText).join(' '),
    ),
    line('note', fields.note),
    line('rule', `${alert.rule.name} (${alert.rule.id})`),
    line('seen', seenText(fields)),
    line('story', storyOf(alert, stories)),
    line(
      'case',
      Object.entries(fields.group)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ),
    line(
      'silenced',
      silenced === undefined ? undefined : `until ${silenced.until} by ${silenced.owner}: ${silenced.reason}`,
    ),
    line('meaning', alert.rule.description?.trim().replace(/\s+/g, ' ')),
    line('reference', alert.rule.reference),
    `\n${evidenceLines(alert, width).join('\n')}\n`,
    ...fields.evidence.map(({ event_id: id }) => eventText(id, events.get(id), line)),
    history.length === 0 ? '' : '\n',
    ...history.map(({ at, by, status, reason, note }, i) =>
      line(i === 0 ? 'history' : '', [`${clock(at)} ${status} by ${by}`, reason, note].filter(isText).join(', ')),
    ),
  ].join('');
}

const isText = (text: string | undefined): text is string => text !== undefined && text !== '';

const seenText = ({ count, first_seen: first, last_seen: last }: Alert['keywarden']['alert']): string =>
  count === 1 ? clock(first) : `${count} times, from ${clock(first)} to ${clock(last)}`;

function eventText(
  id: string,
  event: EcsDocument | undefined,
  line: (label: string, text: string | undefined) => string,
): string {
  if (event === undefined) return `\n${line('event', `${id} is no longer in the index, or not yet`)}`;
  const { user, source, user_agent: agent, orchestrator, process, kubernetes, etcd } = event;
  const resource = orchestrator?.resource;
  const uri = kubernetes?.audit['requestURI'];
  return [
    `\n${line('event', `${id} · ${place(event.keywarden.origin)}`)}`,
    line('time', clock(event['@timestamp'])),
    line(
      'who',
      [user?.name, user?.effective === undefined ? undefined : `as ${user.effective.name}`, etcd?.client?.common_name]
        .filter(isText)
        .join(' '),
    ),
    line('from', [source?.ip, source?.geo?.country_name, source?.as?.organization?.name].filter(isText).join(', ')),
    line('with', agent?.original),
    line('did', `${event.event.action}, ${event.event.outcome}`),
    line('object', [orchestrator?.namespace, resource?.type, resource?.name].filter(isText).join(' / ')),
    line('request', typeof uri === 'string' ? uri : undefined),
    line('command', process?.command_line),
    line('etcd key', [etcd?.key, etcd?.range_end].filter(isText).join(' to ')),
  ].join('');
}

/** `false-positive` and whom it is from, for a line of a list. */
export const statusText = ({ keywarden: { alert } }: Alert): string =>
  printable(
    [alert.status, alert.reason, alert.by === undefined ? undefined : `by ${alert.by}`].filter(isText).join(' '),
  );
