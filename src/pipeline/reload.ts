import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Judgement } from './judgement.ts';
import type { Text } from './yaml-files.ts';

/** How a process learns what its files say. */
export type ReloadPorts = {
  /** Every file that the set is made of. Throws where one cannot be read. */
  readonly read: () => readonly Text[];
  /** Makes a set of what the files say at `now`. Throws where none can be made. */
  readonly load: (now: Date) => Judgement;
};

/**
 * Keeps the set of rules, lists, filters and silences in force up to date. A changed set comes into force whole or not at all: one
 * with a fault that the set in force has not is refused, said once, and the last good one stays.
 */
export class Reload {
  readonly #ports: ReloadPorts;
  readonly #metrics: Metrics;
  readonly #log: Logger;
  #inForce: Judgement;
  #fingerprint: string;

  /** Loads the first set, in which a fault keeps out its own rule alone. Throws what `load` throws. */
  constructor(ports: ReloadPorts, metrics: Metrics, log: Logger, now: Date) {
    this.#ports = ports;
    this.#metrics = metrics;
    this.#log = log;
    // Before the files are loaded: what changes in between is seen by the next look.
    this.#fingerprint = this.#look(now);
    this.#inForce = ports.load(now);
    for (const note of this.#inForce.notes) log.warn(note);
    for (const fault of this.#inForce.rules.faults) log.error(fault.message);
    metrics.inForce(factsOf(this.#inForce), now.getTime());
    log.info(factsOf(this.#inForce), 'rules in force');
  }

  get inForce(): Judgement {
    return this.#inForce;
  }

  /** The new set where the files have changed and it can be used. A day that ends is a change too: entries of lists expire. */
  check(now: Date): Judgement | undefined {
    const fingerprint = this.#look(now);
    if (fingerprint === this.#fingerprint) return undefined;
    this.#fingerprint = fingerprint;
    const next = this.#load(now);
    this.#metrics.reloaded(next === undefined ? 'refused' : 'accepted');
    if (next !== undefined) this.#take(next, now);
    return next;
  }

  #look(now: Date): string {
    try {
      return fingerprintOf(this.#ports.read(), now);
    } catch (error) {
      return `unreadable: ${messageOf(error)}`;
    }
  }

  #load(now: Date): Judgement | undefined {
    try {
      const next = this.#ports.load(now);
      const known = new Set(this.#inForce.rules.faults.map(({ message }) => message));
      const faults = next.rules.faults.filter(({ message }) => !known.has(message));
      if (faults.length === 0) return next;
      this.#refuse(faults);
    } catch (error) {
      // A mistake of ours too: whoever watches must not go blind by a file that somebody saved.
      this.#refuse([error instanceof Error ? error : new Error(String(error))]);
    }
    return undefined;
  }

  #refuse(faults: readonly Error[]): void {
    const detail = { faults: faults.map(({ message }) => message), inForce: this.#inForce.rules.hash };
    this.#log.error(detail, 'changed rules refused, the last good set stays in force');
  }

  #take(next: Judgement, now: Date): void {
    const before = this.#inForce;
    this.#inForce = next;
    for (const note of next.notes) this.#log.warn(note);
    this.#metrics.inForce(factsOf(next), now.getTime());
    this.#log.info({ ...factsOf(next), ...difference(before, next), before: before.rules.hash }, 'rules in force');
  }
}

/**
 * Has the files checked every `everyMs` (0: never) and when `asked` says so, and a new set put in force between two events.
 * To be called about once a second.
 */
export function renewal(
  reload: Reload,
  everyMs: number,
  asked: () => boolean,
  use: (judgement: Judgement) => void,
): (now: number) => void {
  let checked = Date.now();
  return now => {
    const due = everyMs > 0 && now - checked >= everyMs;
    if (!asked() && !due) return;
    checked = now;
    const next = reload.check(new Date(now));
    if (next !== undefined) use(next);
  };
}

const factsOf = ({ rules: { hash: id, rules, lists }, filters, silences }: Judgement) => ({
  hash: id,
  rules: rules.length,
  lists: lists.size,
  filters: filters.length,
  silences: silences.length,
});

const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** The same for the same files on the same day, in UTC. */
function fingerprintOf(files: readonly Text[], now: Date): string {
  const digest = createHash('sha256').update(now.toISOString().slice(0, DAY_LENGTH));
  for (const { file, text } of files) digest.update(`\0${file}\0`).update(text);
  return digest.digest('hex');
}

/** The ids of rules that came and went. */
function difference(before: Judgement, after: Judgement): object {
  const [old, young] = [idsOf(before), idsOf(after)];
  return { added: [...young.difference(old)], removed: [...old.difference(young)] };
}

const idsOf = ({ rules: { rules, programs } }: Judgement): ReadonlySet<string> =>
  new Set([...rules, ...programs].map(({ rule }) => rule.id));
