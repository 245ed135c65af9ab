import type { LinkedAlert, LinkedPage, LinkQuery } from '../deliver/elasticsearch/alert-stories.ts';
import { LONGEST_MS } from '../detect/story.ts';

/** What of the index stories are made of. */
export type Related = {
  readonly alerts: readonly LinkedAlert[];
  /** There are more than was looked at. */
  readonly isCut: boolean;
};

export type RelatedOptions = {
  /** One page of the alerts that are meant. */
  readonly find: (query: LinkQuery, after: readonly unknown[] | undefined) => Promise<LinkedPage>;
  readonly isShared: (link: string) => boolean;
  /** Alerts that are looked at, at the most. */
  readonly most: number;
};

/** Links and stories that one search asks for; Elasticsearch takes 65,536 terms. */
const TERMS = 5_000;

/**
 * All alerts on which it depends what stories these are of: those that share a link with them, or with one that does, and
 * begin within a day of them; and of the stories that these are of already all, so that none is looked at from its middle.
 */
export async function relatedAlerts(
  alerts: readonly LinkedAlert[],
  { find, isShared, most }: RelatedOptions,
): Promise<Related> {
  const found = new Map(alerts.map(alert => [alert.event.id, alert]));
  const begun = alerts.map(({ keywarden }) => Date.parse(keywarden.alert.first_seen));
  const time = { sinceMs: Math.min(...begun) - LONGEST_MS, untilMs: Math.max(...begun) + LONGEST_MS };
  const links = new Frontier();
  const stories = new Frontier();
  const reach = ({ keywarden: { alert } }: LinkedAlert): void => {
    links.add((alert.links ?? []).filter(link => !isShared(link)));
    if (alert.story !== undefined) stories.add([alert.story]);
  };
  alerts.forEach(reach);
  while (links.size + stories.size > 0) {
    const query = { ...time, links: links.take(TERMS), stories: stories.take(TERMS) };
    let after: readonly unknown[] | undefined;
    do {
      const page = await find(query, after);
      for (const alert of page.alerts) {
        if (found.size >= most && !found.has(alert.event.id)) return { alerts: [...found.values()], isCut: true };
        found.set(alert.event.id, alert);
        reach(alert);
      }
      after = page.after;
    } while (after !== undefined);
  }
  return { alerts: [...found.values()], isCut: false };
}

/** What is still to be asked for, each once. */
class Frontier {
  readonly #known = new Set<string>();
  #left: string[] = [];

  get size(): number {
    return this.#left.length;
  }

  add(values: readonly string[]): void {
    for (const value of values) {
      if (this.#known.has(value)) continue;
      this.#known.add(value);
      this.#left.push(value);
    }
  }

  take(count: number): readonly string[] {
    const taken = this.#left.slice(0, count);
    this.#left = this.#left.slice(count);
    return taken;
  }
}
