import { type Alert, type Level, SEVERITY } from '../model/alert.ts';
import { printable } from './escape.ts';
import { evidenceLines } from './evidence.ts';
import { statusText } from './handling.ts';
import { place } from './place.ts';
import { inStories, type StorySizes, storyOf, storyText } from './story.ts';
import { dim, wrapped } from './text.ts';
import { clock, since } from './time.ts';

const RESET = '\u001b[0m';
const COLOURS: Readonly<Record<Level, string>> = {
  critical: '\u001b[97;41m',
  high: '\u001b[91m',
  medium: '\u001b[33m',
  low: '\u001b[36m',
  informational: '\u001b[2m',
};

const LEVEL_WIDTH = 13;
const TIME_WIDTH = 23;
const INDENT = ' '.repeat(TIME_WIDTH + LEVEL_WIDTH + 4);
const NARROWEST = 40;
/** Of an id, enough to tell it from all others. */
const ID_LENGTH = 10;

export type TableOptions = {
  readonly colour: boolean;
  readonly width: number;
  /** With what to look at first and the evidence, not only the sentence. */
  readonly verbose?: boolean | undefined;
  /** With id and status, for alerts that can be handled. */
  readonly handled?: boolean | undefined;
  /** How many alerts are of each story. */
  readonly stories?: StorySizes | undefined;
};

/** Alerts as lines for a terminal, story by story in the order of their beginnings: when, how bad, what; below it which rule and where it stands. */
export function table(alerts: readonly Alert[], options: TableOptions): string {
  if (alerts.length === 0) return '';
  let isBelowStory = false;
  const blocks = inStories([...alerts].sort(byTime)).map(story => {
    const isStory = story.length > 1;
    const gap = isStory || isBelowStory ? '\n' : '';
    isBelowStory = isStory;
    return `${gap}${isStory ? `${storyText(story)}\n` : ''}${story.map(alert => row(alert, options)).join('')}`;
  });
  return `${HEADING}${blocks.join('')}`;
}

/** The same in the order given. */
export const tableInOrder = (alerts: readonly Alert[], options: TableOptions): string =>
  alerts.length === 0 ? '' : `${HEADING}${alerts.map(alert => row(alert, options)).join('')}`;

const HEADING = `${'TIME'.padEnd(TIME_WIDTH)}  ${'LEVEL'.padEnd(LEVEL_WIDTH)}  ALERT\n`;

/** One alert of a table, with its final newline. */
export function row(alert: Alert, { colour, width, verbose = false, handled = false, stories }: TableOptions): string {
  const { level, first_seen: began } = alert.keywarden.alert;
  const label = level.padEnd(LEVEL_WIDTH);
  const shown = colour ? `${COLOURS[level]}${label}${RESET}` : label;
  const room = Math.max(width - INDENT.length, NARROWEST);
  const lines = [
    ...wrapped(`${alert.message}${times(alert)}`, room),
    ...wrapped(detail(alert, handled, stories), room).map(line => dim(line, colour)),
    ...(verbose ? evidenceLines(alert, room).map(line => dim(line, colour)) : []),
  ];
  return `${clock(began).slice(0, TIME_WIDTH).padEnd(TIME_WIDTH)}  ${shown}  ${lines.join(`\n${INDENT}`)}\n`;
}

const byTime = (a: Alert, b: Alert): number => {
  const [first, second] = [a.keywarden.alert.first_seen, b.keywarden.alert.first_seen];
  return first < second ? -1 : first > second ? 1 : b.event.severity - a.event.severity;
};

/** ` ×12, last seen 05:14:10.120` */
function times({ keywarden: { alert } }: Alert): string {
  return alert.count === 1 ? '' : ` ×${alert.count}, last seen ${since(alert.first_seen, alert.last_seen)}`;
}

function detail(found: Alert, handled: boolean, stories: StorySizes | undefined): string {
  const { rule, event, keywarden } = found;
  const { silenced, evidence } = keywarden.alert;
  const [first] = evidence;
  const story = handled ? storyOf(found, stories) : undefined;
  const parts = handled ? [event.id.slice(0, ID_LENGTH), statusText(found), rule.name] : [rule.name];
  if (first !== undefined) parts.push(place(first.origin));
  if (story !== undefined) parts.push(`story ${story}`);
  if (silenced !== undefined) parts.push(`silenced until ${silenced.until} by ${silenced.owner}: ${silenced.reason}`);
  return parts.map(printable).join(' · ');
}

/** Worst level among the alerts, for `--fail-on`. */
export const worst = (a: Level | undefined, b: Level): Level => (a === undefined || SEVERITY[b] > SEVERITY[a] ? b : a);
