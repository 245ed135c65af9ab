import type { Alert, AlertFields } from '../model/alert.ts';
import { identifyAlert } from '../model/identity.ts';

/** What stories look at in an alert. */
export type Linked = Pick<Alert, 'orchestrator'> & {
  readonly event: Pick<Alert['event'], 'id'>;
  readonly keywarden: { readonly alert: Pick<AlertFields, 'first_seen' | 'last_seen' | 'links' | 'story'> };
};

/** Milliseconds. */
export type StoryOptions = {
  /** After the last alert of a story, how long a linked one still belongs to it. */
  readonly spanMs: number;
  /** Links that many unrelated alerts have in common, besides those that an alert never bears: shared addresses and users. */
  readonly isShared?: (link: string) => boolean;
};

export const DEFAULT_STORY = '1h';

/** A story goes on in another one beyond so many alerts, or where an alert begins so long after its beginning. */
export const MOST_ALERTS = 500;
export const LONGEST_MS = 24 * 60 * 60 * 1_000;
/** Alerts that are held until their story is known; beyond, the earliest story is told as it is. */
const MOST_HELD = 10_000;

type Member = { readonly id: string; readonly firstMs: number };

type Story<A> = {
  /** The earliest of its alerts; of several the one whose id is less. */
  first: Member;
  /** When the latest of its alerts began, and when one was raised last. */
  begunMs: number;
  lastMs: number;
  alerts: number;
  readonly links: Set<string>;
  /** Ids of those that may still be raised. */
  readonly open: Set<string>;
  readonly closed: A[];
};

/**
 * Groups alerts that have a link in common and are no further apart than a time span into stories. An alert that links two
 * stories makes them one, so the story of an alert is told when nothing can change it any more: alerts are held until then.
 */
export class Stories<A extends Linked> {
  readonly #options: StoryOptions;
  readonly #tell: (alert: A, story: string) => void;
  readonly #stories = new Set<Story<A>>();
  /** One link may lead to several: those that may not grow or were too far apart to be one. */
  readonly #byLink = new Map<string, Set<Story<A>>>();
  readonly #byAlert = new Map<string, Story<A>>();
  #held = 0;

  constructor(options: StoryOptions, tell: (alert: A, story: string) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  /** An alert has opened, or was raised at that moment (ms since 1970). */
  see(id: string, ms: number, alert: () => A | undefined): void {
    const known = this.#byAlert.get(id);
    if (known !== undefined) {
      known.lastMs = Math.max(known.lastMs, ms);
      return;
    }
    const opened = alert();
    if (opened === undefined) return;
    const firstMs = Date.parse(opened.keywarden.alert.first_seen);
    this.#add({ id, firstMs }, Math.max(firstMs, ms), linksIn(opened, this.#options.isShared));
  }

  /** The alert is raised no more. */
  close(alert: A): void {
    const { id } = alert.event;
    this.see(id, Date.parse(alert.keywarden.alert.last_seen), () => alert);
    const story = this.#byAlert.get(id);
    if (story === undefined) return;
    this.#byAlert.delete(id);
    story.open.delete(id);
    story.closed.push(alert);
    this.#held += 1;
    const [oldest] = this.#stories;
    if (this.#held > MOST_HELD && oldest !== undefined) this.#end(oldest);
  }

  /** Tells the alerts of the stories that none from this moment (ms since 1970) on belongs to. */
  expire(clockMs: number): void {
    const over = [...this.#stories].filter(story => this.#isOver(story, clockMs));
    for (const story of over.sort((a, b) => inOrder(a.first, b.first))) this.#end(story);
  }

  #isOver({ open, links, lastMs }: Story<A>, clockMs: number): boolean {
    return open.size === 0 && (links.size === 0 || lastMs + this.#options.spanMs < clockMs);
  }

  #add(member: Member, lastMs: number, links: readonly string[]): void {
    const linked = [...new Set(links.flatMap(link => [...(this.#byLink.get(link) ?? [])]))]
      .filter(story => this.#takes(story, member.firstMs))
      .sort((a, b) => inOrder(a.first, b.first));
    const [earliest, ...others] = linked;
    const story = earliest ?? this.#begin(member);
    for (const other of others) if (canJoin(story, other)) this.#join(story, other);
    story.first = inOrder(member, story.first) < 0 ? member : story.first;
    story.begunMs = Math.max(story.begunMs, member.firstMs);
    story.lastMs = Math.max(story.lastMs, lastMs);
    story.alerts += 1;
    story.open.add(member.id);
    this.#byAlert.set(member.id, story);
    for (const link of links) this.#link(link, story);
  }

  /** By when alerts begin, not by how long they last: one that is raised for days must not leave its story. */
  #takes({ first, begunMs, lastMs, alerts }: Story<A>, ms: number): boolean {
    const isNear = ms <= lastMs + this.#options.spanMs && ms >= first.firstMs - this.#options.spanMs;
    return isNear && alerts < MOST_ALERTS && Math.max(ms, begunMs) - Math.min(ms, first.firstMs) <= LONGEST_MS;
  }

  #begin(first: Member): Story<A> {
    const story: Story<A> = {
      first,
      begunMs: first.firstMs,
      lastMs: first.firstMs,
      alerts: 0,
      links: new Set(),
      open: new Set(),
      closed: [],
    };
    this.#stories.add(story);
    return story;
  }

  #link(link: string, story: Story<A>): void {
    story.links.add(link);
    const stories = this.#byLink.get(link);
    if (stories === undefined) this.#byLink.set(link, new Set([story]));
    else stories.add(story);
  }

  #unlink(story: Story<A>): void {
    for (const link of story.links) {
      const stories = this.#byLink.get(link);
      stories?.delete(story);
      if (stories?.size === 0) this.#byLink.delete(link);
    }
  }

  #join(story: Story<A>, other: Story<A>): void {
    story.first = inOrder(other.first, story.first) < 0 ? other.first : story.first;
    story.begunMs = Math.max(story.begunMs, other.begunMs);
    story.lastMs = Math.max(story.lastMs, other.lastMs);
    story.alerts += other.alerts;
    story.closed.push(...other.closed);
    for (const id of other.open) {
      story.open.add(id);
      this.#byAlert.set(id, story);
    }
    this.#unlink(other);
    for (const link of other.links) this.#link(link, story);
    this.#stories.delete(other);
  }

  #end(story: Story<A>): void {
    this.#stories.delete(story);
    this.#unlink(story);
    const id = identifyAlert('story', story.first.id);
    this.#held -= story.closed.length;
    for (const alert of story.closed) this.#tell(alert, id);
    for (const open of story.open) this.#byAlert.delete(open);
  }
}

const canJoin = <A>(a: Story<A>, b: Story<A>): boolean =>
  a.alerts + b.alerts < MOST_ALERTS &&
  Math.max(a.begunMs, b.begunMs) - Math.min(a.first.firstMs, b.first.firstMs) <= LONGEST_MS;

const inOrder = (a: Member, b: Member): number => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);

/** The links of an alert as they are compared: two clusters have nothing in common. */
function linksIn({ orchestrator, keywarden }: Linked, isShared: StoryOptions['isShared']): readonly string[] {
  const cluster = orchestrator?.cluster?.name ?? '';
  const links = keywarden.alert.links ?? [];
  return links.filter(link => isShared?.(link) !== true).map(link => `${cluster}\0${link}`);
}

/** The id of the story of each alert, by the alert's id, for at most 10,000 alerts; the order in which they are given does not matter. */
export function storiesOf(alerts: readonly Linked[], options: StoryOptions): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  const stories = new Stories<Linked>(options, ({ event }, story) => told.set(event.id, story));
  for (const alert of inTime(alerts)) stories.close(alert);
  stories.expire(Number.POSITIVE_INFINITY);
  return told;
}

/** In the order of their beginnings. */
export const inTime = <A extends Linked>(alerts: readonly A[]): readonly A[] =>
  alerts
    .map(alert => ({ alert, id: alert.event.id, firstMs: Date.parse(alert.keywarden.alert.first_seen) }))
    .sort(inOrder)
    .map(({ alert }) => alert);

/** The alert as it is told once its story is known. */
export const inStory = (alert: Alert, story: string): Alert => ({
  ...alert,
  keywarden: { alert: { ...alert.keywarden.alert, story } },
});
