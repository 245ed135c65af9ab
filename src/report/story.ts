import { type Alert, type Level, SEVERITY } from '../model/alert.ts';
import { printable } from './escape.ts';
import { clock, since } from './time.ts';

/** Of an id, enough to tell it from all others. */
const ID_LENGTH = 10;
const MOST_LINKS = 4;

/** How many alerts are of each story. */
export type StorySizes = ReadonlyMap<string, number>;

/** `story OSNd2n_sGU, 14 alerts`, as far as it is known; nothing of an alert that is known to stand alone. */
export function storyOf({ keywarden: { alert } }: Alert, sizes: StorySizes | undefined): string | undefined {
  if (alert.story === undefined) return undefined;
  const size = sizes?.get(alert.story);
  if (size === 1) return undefined;
  return `${alert.story.slice(0, ID_LENGTH)}${size === undefined ? '' : `, ${size} alerts`}`;
}

/** Alerts of one story together, in the order of their beginnings; the stories in the order in which they begin. */
export function inStories(sorted: readonly Alert[]): readonly (readonly Alert[])[] {
  const stories = new Map<string, Alert[]>();
  for (const alert of sorted) {
    const story = alert.keywarden.alert.story ?? alert.event.id;
    const others = stories.get(story);
    if (others === undefined) stories.set(story, [alert]);
    else others.push(alert);
  }
  return [...stories.values()];
}

/** A line that says of several alerts that they are one story: how much, how bad, when, and what they have in common. */
export function storyText(alerts: readonly Alert[]): string {
  const seen = alerts.map(({ keywarden: { alert } }) => alert);
  const level = seen.map(alert => alert.level).reduce((a, b): Level => (SEVERITY[b] > SEVERITY[a] ? b : a));
  const first = seen.map(alert => alert.first_seen).sort()[0] ?? '';
  const last =
    seen
      .map(alert => alert.last_seen)
      .sort()
      .at(-1) ?? '';
  const links = commonLinks(seen).map(linkText);
  const what = links.length === 0 ? '' : `: ${links.join(', ')}`;
  const id = (seen[0]?.story ?? '').slice(0, ID_LENGTH);
  return printable(`STORY ${id} · ${alerts.length} alerts, ${level} · ${clock(first)} to ${since(first, last)}${what}`);
}

/** Links that at least two of the alerts have, those first that most have. A credential is told where nobody knows whose it is. */
function commonLinks(alerts: readonly Alert['keywarden']['alert'][]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { links = [] } of alerts) for (const link of links) counts.set(link, (counts.get(link) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => b - a);
  const links = common.map(([link]) => link);
  const isNamed = links.some(link => link.startsWith('user:'));
  return links.filter(link => !(isNamed && link.startsWith('credential:'))).slice(0, MOST_LINKS);
}

/** `object:apps/deployments/dev/web` as `deployments dev/web`. */
function linkText(link: string): string {
  const [kind = '', value = ''] = [link.slice(0, link.indexOf(':')), link.slice(link.indexOf(':') + 1)];
  if (kind === 'credential') return `credential ${value}`;
  if (kind !== 'object') return value;
  const [, type = '', namespace = '', ...name] = value.split('/');
  return `${type} ${namespace === '' ? '' : `${namespace}/`}${name.join('/')}`;
}
