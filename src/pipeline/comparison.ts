import { alertOf, requestOf } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { Alert } from '../model/alert.ts';
import type { Event } from '../model/event.ts';
import type { Origin } from '../model/record.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Rule } from '../sigma/rule.ts';

/** An alert that only one of two sets raises. */
export type Sample = { readonly origin: Origin; readonly timestamp: string; readonly message: string };

/** What the candidates change for one rule, in alerts: `new` are raised by the candidates alone, `gone` by the current set alone. */
export type RuleDifference = {
  /** As the candidates have it, or the current set where they have not. */
  readonly rule: Rule;
  /** The current level, where the candidates change it. */
  readonly levelBefore: Rule['level'] | undefined;
  readonly new: number;
  readonly gone: number;
  readonly same: number;
  readonly samples: { readonly new: readonly Sample[]; readonly gone: readonly Sample[] };
};

/** Alerts that are remembered, since a request alerts once over its stages; the oldest are counted and forgotten first. */
const MAX_REMEMBERED = 100_000;
const SAMPLES = 3;

/** Bits, so that an alert that both sets raise is 3. */
type Side = 1 | 2 | 3;
const CURRENT: Side = 1;
const CANDIDATE: Side = 2;
const SIDES: Readonly<Record<Side, 'gone' | 'new' | 'same'>> = { 1: 'gone', 2: 'new', 3: 'same' };

type Entry = { readonly rule: string; side: Side; readonly sample: Sample };
type Tally = { new: number; gone: number; same: number; readonly samples: { new: Sample[]; gone: Sample[] } };

/** Evaluates two sets of rules on the same events and counts what differs. Rules are the same by their ids; a request counts once for each. */
export class Comparison {
  readonly #current: Engine;
  readonly #candidate: Engine;
  readonly #most: number;
  readonly #open = new Map<string, Entry>();
  readonly #tallies = new Map<string, Tally>();

  constructor(current: Engine, candidate: Engine, most = MAX_REMEMBERED) {
    this.#current = current;
    this.#candidate = candidate;
    this.#most = most;
  }

  judge(event: Event): void {
    for (const rule of this.#current.match(event)) this.#note(rule, event, CURRENT);
    for (const rule of this.#candidate.match(event)) this.#note(rule, event, CANDIDATE);
  }

  /** What differs, rule by rule; all that was judged is counted. */
  result(current: readonly CompiledRule[], candidates: readonly CompiledRule[]): readonly RuleDifference[] {
    for (const [id, entry] of this.#open) this.#close(id, entry);
    const before = new Map(current.map(({ rule }) => [rule.id, rule]));
    const after = new Map(candidates.map(({ rule }) => [rule.id, rule]));
    return [...new Map([...before, ...after]).values()].map(rule => {
      const level = before.get(rule.id)?.level;
      const tally = this.#tallies.get(rule.id) ?? newTally();
      return { rule, levelBefore: level === rule.level ? undefined : level, ...tally };
    });
  }

  #note(rule: CompiledRule, event: Event, side: Side): void {
    const id = `${rule.rule.id}\0${requestOf(event)}`;
    const known = this.#open.get(id);
    if (known !== undefined) {
      known.side = (known.side | side) as Side;
      return;
    }
    this.#open.set(id, { rule: rule.rule.id, side, sample: sampleOf(alertOf(rule, event, 'request'), event) });
    if (this.#open.size <= this.#most) return;
    const [oldest] = this.#open;
    if (oldest !== undefined) this.#close(...oldest);
  }

  #close(id: string, { rule, side, sample }: Entry): void {
    this.#open.delete(id);
    const tally = this.#tallies.get(rule) ?? newTally();
    this.#tallies.set(rule, tally);
    const difference = SIDES[side];
    tally[difference] += 1;
    if (difference !== 'same' && tally.samples[difference].length < SAMPLES) tally.samples[difference].push(sample);
  }
}

const newTally = (): Tally => ({ new: 0, gone: 0, same: 0, samples: { new: [], gone: [] } });

const sampleOf = (alert: Alert, { origin }: Event): Sample => ({
  origin,
  timestamp: alert['@timestamp'],
  message: alert.message,
});
