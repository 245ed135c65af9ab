import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { alertOfId } from '../deliver/elasticsearch/alert-handling.ts';
import { alertsOfIds, type FoundAlert } from '../deliver/elasticsearch/alert-search.ts';
import { sendAlerts } from '../deliver/elasticsearch/alert-store.ts';
import { changedAlerts, type LinkedAlert, linkedAlerts } from '../deliver/elasticsearch/alert-stories.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import { inStory, inTime, storiesOf } from '../detect/story.ts';
import type { Alert } from '../model/alert.ts';
import { durationMs } from '../model/duration.ts';
import { relatedAlerts } from './related.ts';
import { loadRules } from './rules.ts';
import { sharedLinks } from './shared-links.ts';
import { StoryKeeping } from './story-keeping.ts';

/** Alerts that are looked at to find a story, at the most. */
const MOST_LOOKED_AT = 10_000;
const LOOK_EVERY_MS = 5_000;

export type StoryFound = {
  /** The whole story, in order; the alert that was asked for is among them. */
  readonly alerts: readonly Alert[];
  /** More is linked than was looked at. */
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
  const asked = await alertOfId(client, index, id);
  const now = new Date();
  const isShared = sharedLinks(loadRules({ rules, lists, now }).lists, now);
  const { signal } = new AbortController();
  const find = findIn(client, index, signal);
  const { alerts, isCut } = await relatedAlerts([linkedOf(asked)], { find, isShared, most: MOST_LOOKED_AT });
  const stories = storiesOf(alerts, { spanMs, isShared });
  const story = stories.get(asked.alert.event.id) ?? '';
  const ids = [...stories].filter(([, other]) => other === story).map(([other]) => other);
  const found = await alertsOfIds(client, index, ids);
  return { alerts: inTime(found.map(({ alert }) => inStory(alert, story))), isCut };
}

/** Wires the keeping of stories to the index. `isOurs` says whether this process is the one that keeps them. */
export function storyKeepingOf(
  config: Config,
  client: Client,
  isShared: (link: string) => boolean,
  isOurs: () => boolean,
  log: Logger,
): StoryKeeping {
  const { alerts: index } = targets(config.elasticsearch.namespace);
  const options = { spanMs: durationMs(config.alerts.story), everyMs: LOOK_EVERY_MS };
  return new StoryKeeping(options, isShared, {
    isOurs,
    changed: (what, after, stop) => changedAlerts(client, index, what, after, stop),
    related: (alerts, links, stop) =>
      relatedAlerts(alerts, { find: findIn(client, index, stop), isShared: links, most: MOST_LOOKED_AT }),
    send: (operations, stop) => sendAlerts(client, operations, stop),
    now: Date.now,
    log,
  });
}

const findIn =
  (client: Client, index: string, stop: AbortSignal): Parameters<typeof relatedAlerts>[1]['find'] =>
  (query, after) =>
    linkedAlerts(client, index, query, after, stop);

const linkedOf = ({ alert, ...version }: FoundAlert): LinkedAlert => ({ ...alert, version });
