import { clusterOf, ecsOf } from '../../detect/alert.ts';
import { createEngine, type Engine } from '../../detect/engine.ts';
import { datasetOf } from '../../detect/logsource.ts';
import { Signals } from '../../detect/signals.ts';
import { Baseline } from '../../detect/state/baseline.ts';
import type { BaselineRow } from '../../model/baseline.ts';
import type { Subject } from '../../model/event.ts';
import type { FirstSeenProgram } from '../../sigma/program.ts';
import type { RuleSet } from '../rules.ts';

/** Terms of one rule and cluster that are kept; beyond, those that were seen for shortest go. */
const CAPACITY = 100_000;
/** Whoever writes events names clusters. */
const MAX_CLUSTERS = 1_000;

type Watched = { readonly cluster: string; readonly dataset: Subject['dataset']; from: number; to: number };

/** Learns from past events what rules with `first_seen` need to know, in whatever order the events come. */
export class Learning {
  readonly #programs: readonly FirstSeenProgram[];
  readonly #engine: Engine;
  readonly #signals: Signals;
  readonly #baseline = new Baseline(CAPACITY);
  readonly #now: number;
  /** The time of which each cluster has told anything at all. */
  readonly #watched = new Map<string, Watched>();
  events = 0;

  /** `now`: our clock, in milliseconds since 1970; what is said to be later is not learnt. */
  constructor({ rules, programs }: Pick<RuleSet, 'rules' | 'programs'>, now: number) {
    this.#now = now;
    this.#programs = programs.filter(program => program.kind === 'first-seen');
    const ids = new Set(this.#programs.map(({ rule }) => rule.id));
    this.#engine = createEngine(rules.filter(({ rule }) => ids.has(rule.id)));
    this.#signals = new Signals(this.#programs);
  }

  /** How many rules are learnt for. */
  get rules(): number {
    return this.#programs.length;
  }

  take(subject: Subject): void {
    this.events += 1;
    const at = timeOf(subject);
    if (Number.isNaN(at) || at > this.#now) return;
    this.#watch(subject, at);
    if (!subject.judged) return;
    for (const match of this.#engine.match(subject)) {
      for (const { program: id, cluster, fields } of this.#signals.of(match, subject)) {
        const program = this.#programs.find(({ rule }) => rule.id === id);
        const values = program?.fields.map(field => fields[field]);
        if (program === undefined || values?.every(value => value !== undefined) !== true) continue;
        const of = program.looksFor;
        this.#baseline.put({ program: id, cluster, terms: values, firstSeen: at, lastSeen: at, of });
      }
    }
  }

  /** All that was learnt. A rule that never matched is known to be watched too, so that its first match is found. */
  rows(): readonly BaselineRow[] {
    for (const { rule, looksFor: of } of this.#programs) {
      for (const { cluster, dataset, from, to } of this.#watched.values()) {
        if ((datasetOf(rule) ?? 'json') !== dataset) continue;
        this.#baseline.put({ program: rule.id, cluster, terms: [], firstSeen: from, lastSeen: to, of });
      }
    }
    return [...this.#baseline.rows()];
  }

  #watch(subject: Subject, at: number): void {
    // That something is missing was not watched.
    if (ecsOf(subject).event?.kind === 'pipeline_error') return;
    const cluster = clusterOf(subject) ?? '';
    const { dataset } = subject;
    const key = `${dataset}\0${cluster}`;
    const known = this.#watched.get(key);
    if (known === undefined && this.#watched.size >= MAX_CLUSTERS) return;
    if (known === undefined) this.#watched.set(key, { cluster, dataset, from: at, to: at });
    else Object.assign(known, { from: Math.min(known.from, at), to: Math.max(known.to, at) });
  }
}

const timeOf = ({ document }: Subject): number =>
  Date.parse(String((document as { readonly '@timestamp'?: unknown })['@timestamp']));
