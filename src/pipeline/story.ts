import type { Client } from '@elastic/elasticsearch';
import type { Config } from '../config/schema.ts';
import { alertOfId } from '../deliver/elasticsearch/alert-handling.ts';
import { searchAlerts } from '../deliver/elasticsearch/alert-search.ts';
import { LONGEST_MS, storyOf } from '../detect/story.ts';
import type { Alert } from '../model/alert.ts';
import { loadRules } from './rules.ts';
import { sharedLinks } from './shared-links.ts';

/** What one search returns at the most. */
const MOST_LOOKED_AT = 10_000;

export type StoryFound = {
  /** The whole story, in order; the alert that was asked for is among them. */
  readonly alerts: readonly Alert[];
  /** More happened at that time than was looked at. */
  readonly isCut: boolean;
};

/** The alerts of the index that are one story with an alert, whatever their status, silenced ones too. Throws USAGE where there is no such alert. */
export async function storyAround(
  client: Client,
  index: string,
  id: string,
  spanMs: number,
  { rules, lists }: Config,
): Promise<StoryFound> {
  const { alert } = await alertOfId(client, index, id);
  const { first_seen: first, last_seen: last } = alert.keywarden.alert;
  const since = new Date(Date.parse(first) - LONGEST_MS).toISOString();
  const found = await searchAlerts(client, index, { since, silenced: true }, MOST_LOOKED_AT);
  const until = new Date(Date.parse(last) + LONGEST_MS).toISOString();
  const others = found.map(one => one.alert).filter(one => one.keywarden.alert.first_seen <= until);
  const near = [...others.filter(({ event }) => event.id !== alert.event.id), alert];
  const now = new Date();
  const isShared = sharedLinks(loadRules({ rules, lists, now }).lists, now);
  return { alerts: storyOf(near, alert.event.id, { spanMs, isShared }), isCut: found.length === MOST_LOOKED_AT };
}
