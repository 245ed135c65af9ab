import type { Alert, Evidence, Place } from '../model/alert.ts';
import { durationMs } from '../model/duration.ts';
import { Episode } from '../model/episode.ts';
import type { Subject } from '../model/event.ts';
import { identify, identifyAlert } from '../model/identity.ts';
import { isBefore, sourceOf } from '../model/place.ts';
import { Recent } from '../model/recent.ts';
import { inOrder, rankOf, type Signal } from '../model/signal.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Rule } from '../sigma/rule.ts';
import { alertOf, clusterOf, evidenceOf, groupOf, hasLaterStage, keyOf, requestOf } from './alert.ts';
import { Episodes } from './episodes.ts';
import type { SilenceOf } from './silence.ts';
import type { Finding } from './state/evaluator.ts';
import { alertOfFinding, idOfFinding, keyOfFinding, witnesses } from './state/findings.ts';

export type SuppressOptions = {
  /** For rules that say nothing, in milliseconds; 0: each match is an alert. */
  readonly suppressMs: number;
  /** The silence that a match falls under. */
  readonly silenceOf?: SilenceOf | undefined;
  /** Open episodes that are held. */
  readonly capacity: number;
  /** Told of an episode that had to go for another. */
  readonly onEvict: (episode: Episode) => void;
};

/** A match's place in Kafka. */
export type Delivery = {
  readonly place: Place;
  /** Whether the index has a match of this key and time (ms) already. */
  readonly isCounted: (key: string, ms: number) => boolean;
  /** Whether the index has an alert of this id. */
  readonly isThere: (id: string) => boolean;
};

/** A match of a rule, whether its event is at hand or was told of. */
type SingleMatch = {
  readonly rule: Rule;
  readonly key: string;
  readonly evidence: Evidence;
  readonly request: string;
  readonly hasLaterStage: boolean;
  readonly alert: () => Alert;
};

/** Requests that are remembered, at least half of them, so that one seen at two stages, or a line read twice, counts once. */
const MAX_REMEMBERED = 100_000;

/**
 * Makes episodes of matches: matches of one rule, group and silence are one alert until the suppression time passes
 * without any. Time is the events' own, so the result does not depend on when they are read.
 */
export class Suppression {
  readonly #options: SuppressOptions;
  readonly episodes: Episodes;
  #silenceOf: SilenceOf | undefined;
  /** Rule and request, and the partition that it was read from. */
  readonly #seen = new Recent<string>(MAX_REMEMBERED);
  /** Names of partitions, each text once. */
  readonly #sources = new Map<string, string>();
  /** The maker of the last finding of an episode in files; in Kafka its place says so, over restarts too. */
  readonly #makers = new WeakMap<Episode, Signal>();

  constructor(options: SuppressOptions) {
    this.#options = options;
    this.#silenceOf = options.silenceOf;
    this.episodes = new Episodes(options.capacity, options.onEvict);
  }

  /** Matches from now on fall under these silences. */
  silence(silenceOf: SilenceOf | undefined): void {
    this.#silenceOf = silenceOf;
  }

  /** The episode that the match has opened or raised, not held where it stands alone; undefined where it is counted already. */
  take(compiled: CompiledRule, subject: Subject, delivery?: Delivery): Episode | undefined {
    const evidence = evidenceOf(subject);
    const group = groupOf(compiled, subject.document);
    const silenced = this.#silenceOf?.(compiled.rule, group, Date.parse(evidence.timestamp));
    const match = {
      ...{ rule: compiled.rule, key: keyOf(compiled.rule, clusterOf(subject), group, silenced) },
      ...{ evidence, request: requestOf(subject), hasLaterStage: hasLaterStage(subject) },
      alert: () => alertOf(compiled, subject, 'request', silenced),
    };
    return this.#takeMatch(match, delivery);
  }

  /** The same for a match that has come as a signal. */
  #takeSingle(finding: Finding, delivery: Delivery | undefined): Episode | undefined {
    const { program, group, maker } = finding;
    const { rule } = program;
    const { witness } = maker;
    if (witness === undefined) return undefined;
    const silenced = this.#silenceOf?.(rule, group, maker.at);
    const key = keyOfFinding(finding, silenced);
    const match = {
      ...{ rule, key, evidence: witness.evidence, request: maker.request },
      hasLaterStage: maker.hasLaterStage === true,
      alert: () => alertOfFinding(finding, idOfFinding(key, finding), key, silenced),
    };
    return this.#takeMatch(match, delivery);
  }

  #takeMatch({ rule, key, evidence, request, ...match }: SingleMatch, delivery: Delivery | undefined) {
    const seen = identify(rule.id, request);
    if (this.#seen.get(seen) !== undefined) return undefined;
    const ms = Date.parse(evidence.timestamp);
    const suppressMs = suppressOf(rule, this.#options.suppressMs);
    const id = identifyAlert(key, request);
    this.#remember(seen, delivery);
    const isAlone = suppressMs === 0;
    if (isAlone ? delivery?.isThere(id) : delivery?.isCounted(key, ms)) return undefined;
    const open = isAlone ? undefined : this.episodes.find(key, ms);
    const episode = open ?? new Episode(id, key, suppressMs, evidence.timestamp);
    episode.add({ ...match, evidence, place: delivery?.place, request: seen });
    if (!isAlone) this.episodes.hold(episode);
    return episode;
  }

  /** The same for what a program has found: of its evidence the episode takes in what came after the finding before. */
  takeFinding(finding: Finding, delivery?: Delivery): Episode | undefined {
    const { program, maker } = finding;
    if (program.kind === 'single') return this.#takeSingle(finding, delivery);
    const { rule } = program;
    const silenced = this.#silenceOf?.(rule, finding.group, maker.at);
    const key = keyOfFinding(finding, silenced);
    const suppressMs = suppressOf(rule, this.#options.suppressMs);
    const id = idOfFinding(key, finding);
    const isAlone = suppressMs === 0;
    if (isAlone ? delivery?.isThere(id) : delivery?.isCounted(key, maker.at)) return undefined;
    const open = isAlone ? undefined : this.episodes.find(key, maker.at);
    const fresh = witnesses(finding.evidence).filter(
      signal => open === undefined || this.#isFresh(signal, open, delivery),
    );
    const [first] = fresh;
    if (first === undefined) return undefined;
    const episode = open ?? new Episode(id, key, suppressMs, first.witness.evidence.timestamp);
    for (const { witness, request } of fresh) {
      episode.add({
        evidence: witness.evidence,
        place: delivery?.place,
        request,
        hasLaterStage: false,
        alert: () => alertOfFinding(finding, id, key, silenced),
      });
    }
    const { count = fresh.length, fresh: more = fresh.length } = finding.window ?? {};
    episode.more((open === undefined ? count : more) - fresh.length, delivery?.place);
    if (delivery === undefined) this.#makers.set(episode, maker);
    if (!isAlone) this.episodes.hold(episode);
    return episode;
  }

  /** Whether no finding before has brought the signal into the episode. */
  #isFresh(signal: Signal, episode: Episode, delivery: Delivery | undefined): boolean {
    if (delivery === undefined) {
      const maker = this.#makers.get(episode);
      return maker === undefined || inOrder(signal, maker) > 0;
    }
    const upTo = episode.upTo(sourceOf(delivery.place));
    return upTo === undefined || isBefore(upTo, { ...delivery.place, offset: signal.at, item: rankOf(signal.id) });
  }

  /** Takes in an episode that another process, or this one before, has left in the index. */
  restore(episode: Episode): void {
    for (const request of episode.requests) this.#remember(request, undefined);
    this.episodes.hold(episode);
  }

  /** Forgets what of a partition is not in the index, since somebody else reads it now. */
  forget(topic: string, partition: number): void {
    const source = sourceOf({ topic, partition });
    this.#seen.forget(source);
    for (const episode of this.episodes.all) episode.forget(topic, partition);
  }

  #remember(seen: string, delivery: Delivery | undefined): void {
    const source = delivery === undefined ? '' : sourceOf(delivery.place);
    const known = this.#sources.get(source);
    if (known === undefined) this.#sources.set(source, source);
    this.#seen.set(seen, known ?? source);
  }
}

/** The silence that a match falls under. */
export function silenceFor(compiled: CompiledRule, subject: Subject, silenceOf: SilenceOf | undefined) {
  return silenceOf?.(compiled.rule, groupOf(compiled, subject.document), Date.parse(evidenceOf(subject).timestamp));
}

/** Milliseconds in which further matches only raise the count. */
export const suppressOf = (rule: CompiledRule['rule'], otherwise: number): number =>
  rule.keywarden?.suppress === undefined ? otherwise : durationMs(rule.keywarden.suppress);
