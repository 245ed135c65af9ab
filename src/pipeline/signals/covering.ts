import type { Cover } from '../../model/mark.ts';
import { Recent } from '../../model/recent.ts';
import type { Signal } from '../../model/signal.ts';
import type { AnyProgram } from '../../sigma/program.ts';

/** Less than a match waits for its values to be covered: a process whose rules are older passes over what is told. */
const TOLD_AGAIN_MS = 300_000;
/** Values that are remembered, at least half of them: one that is forgotten is only told once more. */
const MAX_REMEMBERED = 20_000;

/**
 * Knows for which values explanations were seen. A program that wants to know is evaluated in many places, and an
 * explanation comes to one of them; that there are such explanations is told to all, every five minutes of their time.
 */
export class Covering {
  /** By program and input, the fields whose values are covered. */
  readonly #fields: ReadonlyMap<string, readonly string[]>;
  /** From when to when was told, so that streams that are apart in time do not tell in turn. */
  readonly #told = new Recent<{ readonly from: number; readonly to: number }>(MAX_REMEMBERED);

  constructor(programs: readonly AnyProgram[]) {
    this.#fields = new Map(
      programs.flatMap(program =>
        program.kind !== 'absence' || program.sight === undefined
          ? []
          : [...program.sight.explanationFields].map(([input, fields]) => [keyOf(program.rule.id, input), fields]),
      ),
    );
  }

  /** What the signal shows to be covered, where that is news. */
  of({ program, input, cluster, fields, at }: Signal): Cover | undefined {
    const names = this.#fields.get(keyOf(program, input));
    if (names === undefined) return undefined;
    const values = names.map(name => fields[name] ?? '');
    const key = [program, cluster, ...values].join('\0');
    const { from, to } = this.#told.get(key) ?? { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    if (from - at < TOLD_AGAIN_MS && at - to < TOLD_AGAIN_MS) return undefined;
    this.#told.set(key, { from: Math.min(from, at), to: Math.max(to, at) });
    return { program, cluster, values, at };
  }
}

const keyOf = (program: string, input: string): string => `${program}\0${input}`;
