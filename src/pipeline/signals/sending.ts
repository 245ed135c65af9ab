import type { SignalWriter } from '../../deliver/kafka/signals.ts';
import { lossOf } from '../../detect/absence/loss.ts';
import { Signals } from '../../detect/signals.ts';
import type { Event } from '../../model/event.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { Read } from '../../model/signal.ts';
import { writeCovers, writeLosses, writeSignal } from '../../model/signal-record.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import type { AnyProgram } from '../../sigma/program.ts';
import { Covering } from './covering.ts';
import type { Reached } from './reached.ts';

/** What rules of more than one event need of the matches of others. */
export type Wanted = {
  readonly programs: readonly AnyProgram[];
  /** Ids of the rules that do not alert by themselves. */
  readonly quiet: ReadonlySet<string>;
};

/** Sends the matches that programs need into the signals topic. */
export class Sending {
  readonly writer: SignalWriter;
  readonly reached: Reached;
  readonly #partitions: number;
  #signals = new Signals([]);
  #covering = new Covering([]);
  #quiet: ReadonlySet<string> = new Set();
  /** Ids of quiet rules whose matches no alert will show. */
  #unseen: ReadonlySet<string> = new Set();

  constructor(writer: SignalWriter, reached: Reached, partitions: number, wanted: Wanted) {
    this.writer = writer;
    this.#partitions = partitions;
    this.reached = reached;
    this.use(wanted);
  }

  /** Sends for these programs from the next match on. */
  use({ programs: all, quiet }: Wanted): void {
    // A match that is an alert each is one where it is read.
    const programs = all.filter(({ kind, rule }) => kind !== 'single' || quiet.has(rule.id));
    this.#signals = new Signals(programs);
    this.#covering = new Covering(programs);
    this.#quiet = quiet;
    const inputs = programs.flatMap(program => program.inputs);
    const seen = new Set(inputs.filter(input => input.isEvidence).map(({ compiled }) => compiled.rule.id));
    this.#unseen = quiet.difference(seen);
  }

  /** Whether a match of the rule alerts by itself. */
  isQuiet({ rule }: CompiledRule): boolean {
    return this.#quiet.has(rule.id);
  }

  /** Whether an alert may show the event on which the rule holds. */
  isEvidence({ rule }: CompiledRule): boolean {
    return !this.#unseen.has(rule.id);
  }

  /** Says to all partitions what an event tells is missing; the commit of `offset` waits for it. */
  lose(event: Event, ledger: Ledger, offset: number): void {
    const loss = lossOf(event);
    if (loss === undefined) return;
    const cluster = event.document.orchestrator?.cluster?.name ?? '';
    // Without a beginning it began before all that waits.
    const value = writeLosses([{ cluster, ...loss, from: Math.max(0, loss.from) }]);
    this.#tellAll(value, ledger, offset);
  }

  /** The commit of `offset` waits until the brokers have the signals of the match. `read`: where its event stands. */
  take(rule: CompiledRule, event: Event, ledger: Ledger, offset: number, read?: Read): void {
    for (const signal of this.#signals.of(rule, event, read)) {
      const cover = this.#covering.of(signal);
      if (cover !== undefined) this.#tellAll(writeCovers([cover]), ledger, offset);
      this.writer.add(this.#signals.shardOf(signal), writeSignal(signal), ledger.open(offset));
    }
  }

  #tellAll(value: string, ledger: Ledger, offset: number): void {
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      this.writer.tell(partition, value, ledger.open(offset));
    }
  }
}
