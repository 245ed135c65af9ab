import type { Signal } from '../../model/signal.ts';
import type { CorrelationNode } from '../../sigma/program.ts';
import type { Limits } from '../state/evaluator.ts';
import { eachOf, evidenceOf, type Trace } from './evidence.ts';
import { keyOf } from './key.ts';
import { measureOf } from './measures.ts';
import type { Measure } from './tally.ts';
import { type Window, Windows } from './windows.ts';

/** A correlation holds at a signal. */
export type Match = {
  /** Some of what it rests on, in order: the earliest and the latest. */
  readonly evidence: readonly Signal[];
  /** How many events it rests on, and how many of them came after its group's match before. */
  readonly count: number;
  readonly fresh: number;
  /** When the earliest of them was, in milliseconds since 1970. */
  readonly since: number;
  readonly value: number | undefined;
};

type Part = { readonly input: string } | { readonly node: Node };

/** One correlation of a program, with those that it speaks of. */
export class Node {
  readonly #node: CorrelationNode;
  readonly #parts: readonly Part[];
  readonly #measure: Measure;
  readonly #windows: Windows;
  /** Where one event may come as a match of several rules. */
  readonly #seesEventsTwice: boolean;

  constructor(node: CorrelationNode, limits: Limits) {
    this.#node = node;
    this.#parts = node.parts.map(part =>
      part.kind === 'rule' ? { input: part.input } : { node: new Node(part.node, limits) },
    );
    this.#measure = measureOf(node);
    const lanes = node.type.startsWith('temporal') ? node.parts.length : 1;
    this.#windows = new Windows({ ...limits, open: this.#measure.open, lanes });
    this.#seesEventsTwice = node.parts.filter(({ kind }) => kind === 'rule').length > 1;
  }

  /** Takes a signal; gives a match where the correlation holds at it. */
  take(signal: Signal): Match | undefined {
    const key = keyOf(this.#node, signal);
    if (key === undefined) return undefined;
    const from = signal.at - this.#node.timespanMs;
    this.#windows.expire(from);
    let window: Window | undefined;
    for (let i = 0; i < this.#parts.length; i++) {
      window = this.#takePart(this.#parts[i] as Part, i, signal, key) ?? window;
    }
    return window?.tally.holds(from) ? this.#matchOf(window) : undefined;
  }

  /** Lets go of what no signal from `now` on needs. */
  advance(now: number): void {
    this.#windows.expire(now - this.#node.timespanMs);
    for (const part of this.#parts) if ('node' in part) part.node.advance(now);
  }

  get held(): number {
    return this.#total(node => node.held) + this.#windows.held;
  }

  get evicted(): number {
    return this.#total(node => node.evicted) + this.#windows.evicted;
  }

  #total(count: (node: Node) => number): number {
    return this.#parts.reduce((sum, part) => ('node' in part ? sum + count(part.node) : sum), 0);
  }

  #takePart(part: Part, i: number, signal: Signal, key: string): Window | undefined {
    if ('node' in part) {
      const match = part.node.take(signal);
      return match && this.#hold(signal, i, key, match.fresh, match.evidence);
    }
    if (part.input !== signal.input) return undefined;
    const trace = signal.witness === undefined ? undefined : signal;
    return this.#hold(signal, i, key, 1, trace);
  }

  /** Undefined where the signal does not count. */
  #hold(signal: Signal, part: number, key: string, weight: number, trace: Trace | undefined): Window | undefined {
    const sample = this.#measure.sampleOf(signal, part);
    if (sample === undefined) return undefined;
    const window = this.#windows.of(key);
    const isAgain = this.#seesEventsTwice && window.event === signal.id;
    if (isAgain && this.#measure.eventsOnce) return undefined;
    if (this.#seesEventsTwice) window.event = signal.id;
    const lane = window.full.length === 1 ? 0 : part;
    const slot = this.#windows.hold(window, signal.at, isAgain ? 0 : weight, lane, trace);
    window.tally.add(slot, sample, signal.at);
    return window;
  }

  #matchOf(window: Window): Match {
    const evidence = evidenceOf(this.#windows.traces(window, eachOf(window.full.length)));
    const count = window.weight;
    const fresh = Math.min(count, window.taken - window.told);
    window.told = window.taken;
    const since = Math.min(this.#windows.since(window), evidence[0]?.at ?? Number.POSITIVE_INFINITY);
    return { evidence, count, fresh, since, value: window.tally.value };
  }
}
