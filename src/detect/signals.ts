import type { Subject } from '../model/event.ts';
import type { Read, Signal } from '../model/signal.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { AnyProgram, Input } from '../sigma/program.ts';
import { clusterOf, ecsOf, hasLaterStage, requestOf, timestampOf, told, witnessOf } from './alert.ts';
import { textAt } from './message.ts';

const NONE: readonly Signal[] = [];

type Use = {
  readonly program: string;
  readonly input: Input;
  readonly pathsOf: CompiledRule['pathsOf'];
  /** Whether a match is an alert by itself. */
  readonly isSingle: boolean;
};

/** Makes of matches the signals that programs need. */
export class Signals {
  /** By the id of the rule that matches. */
  readonly #uses = new Map<string, readonly Use[]>();

  constructor(programs: readonly AnyProgram[]) {
    for (const { rule, inputs, kind } of programs) {
      for (const input of inputs) {
        const { id } = input.compiled.rule;
        const pathsOf = remembered(input.compiled.pathsOf);
        const use = { program: rule.id, input, pathsOf, isSingle: kind === 'single' };
        this.#uses.set(id, [...(this.#uses.get(id) ?? []), use]);
      }
    }
  }

  /** The signals of one match: one for each program that wants it and can tell whose case it is. `read`: where its event stands. */
  of(compiled: CompiledRule, subject: Subject, read?: Read): readonly Signal[] {
    const uses = this.#uses.get(compiled.rule.id);
    if (uses === undefined) return NONE;
    const happening = happeningOf(subject);
    return uses.flatMap(use => signalOf(use, compiled, subject, happening, read));
  }

  /** What tells which process evaluates a signal that `of` has made. */
  shardOf(signal: Signal): string {
    const use = this.#uses.get(signal.input)?.find(({ program }) => program === signal.program);
    return shardOf(signal, use?.input.shard ?? []);
  }
}

/** What tells which process evaluates a signal: signals that a program may ever see together have the same. */
export const shardOf = (
  { program, cluster, fields }: Pick<Signal, 'program' | 'cluster' | 'fields'>,
  shard: readonly string[],
): string => [cluster, program, ...shard.map(field => fields[field] ?? '')].join('\0');

function signalOf(
  { program, input, pathsOf, isSingle }: Use,
  compiled: CompiledRule,
  subject: Subject,
  happening: Happening,
  read: Read | undefined,
): readonly Signal[] {
  const fields: Record<string, string> = {};
  for (const field of input.fields) {
    const value = textAt(subject.document, field, { pathsOf });
    if (value !== undefined) fields[field] = told(value);
  }
  if (input.absent === 'left-out' && input.shard.some(field => fields[field] === undefined)) return NONE;
  const signal = { program, input: compiled.rule.id, ...happening, fields };
  if (!input.isEvidence) return [signal];
  const witness = witnessOf(compiled, subject);
  if (!isSingle) return [{ ...signal, witness }];
  return [{ ...signal, witness, read, ...(hasLaterStage(subject) ? { hasLaterStage: true } : {}) }];
}

type Happening = Pick<Signal, 'cluster' | 'dataset' | 'at' | 'from' | 'to' | 'id' | 'request'>;

/** What the signals of one event have in common: of a write that five programs look for it is read once. */
function happeningOf(subject: Subject): Happening {
  const { start, end } = ecsOf(subject).event ?? {};
  const at = Date.parse(timestampOf(subject));
  return {
    cluster: clusterOf(subject) ?? '',
    dataset: subject.dataset,
    at,
    from: start === undefined ? at : Date.parse(start),
    to: end === undefined ? at : Date.parse(end),
    id: subject.id,
    request: requestOf(subject),
  };
}

/** Looks each field up once. */
function remembered(pathsOf: CompiledRule['pathsOf']): CompiledRule['pathsOf'] {
  const known = new Map<string, ReturnType<CompiledRule['pathsOf']>>();
  return field => {
    const paths = known.get(field) ?? pathsOf(field);
    known.set(field, paths);
    return paths;
  };
}
