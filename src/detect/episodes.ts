import type { Episode } from '../model/episode.ts';

/**
 * The episodes that a further match may still raise. Of one key there may be several, for logs that are read one after the
 * other are not in the order of their times. Beyond `capacity` the one that was not raised for longest goes.
 */
export class Episodes {
  readonly #capacity: number;
  readonly #onEvict: (episode: Episode) => void;
  /** The one that was raised last stands last. */
  readonly #byId = new Map<string, Episode>();
  readonly #byKey = new Map<string, Episode[]>();
  evicted = 0;

  constructor(capacity: number, onEvict: (episode: Episode) => void) {
    this.#capacity = capacity;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#byId.size;
  }

  get all(): Iterable<Episode> {
    return this.#byId.values();
  }

  get(id: string): Episode | undefined {
    return this.#byId.get(id);
  }

  /** The episode that a match of this key and time belongs to. */
  find(key: string, ms: number): Episode | undefined {
    return this.#byKey.get(key)?.findLast(episode => episode.covers(ms));
  }

  /** Holds an episode that was opened or raised. */
  hold(episode: Episode): void {
    if (this.#byId.get(episode.id) === episode) this.#byId.delete(episode.id);
    else {
      this.drop(episode.id);
      const others = this.#byKey.get(episode.key);
      if (others === undefined) this.#byKey.set(episode.key, [episode]);
      else others.push(episode);
    }
    this.#byId.set(episode.id, episode);
    if (this.#byId.size > this.#capacity) this.#evictOne();
  }

  drop(id: string): void {
    const episode = this.#byId.get(id);
    if (episode === undefined) return;
    this.#byId.delete(id);
    const others = this.#byKey.get(episode.key)?.filter(other => other !== episode) ?? [];
    if (others.length === 0) this.#byKey.delete(episode.key);
    else this.#byKey.set(episode.key, others);
  }

  /** Takes out those that no match from `clockMs` on belongs to, the earliest first. */
  expire(clockMs: number): readonly Episode[] {
    const over = [...this.#byId.values()].filter(({ lastMs, suppressMs }) => lastMs + suppressMs < clockMs);
    for (const { id } of over) this.drop(id);
    return over.sort((a, b) => a.lastMs - b.lastMs);
  }

  #evictOne(): void {
    const [oldest] = this.#byId.values();
    if (oldest === undefined) return;
    this.drop(oldest.id);
    this.evicted += 1;
    this.#onEvict(oldest);
  }
}
