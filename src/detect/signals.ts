import type { Subject } from '../model/event.ts';
import type { Signal } from '../model/signal.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Input, Program } from '../sigma/program.ts';
import { clusterOf, ecsOf, requestOf, timestampOf, told, witnessOf } from './alert.ts';
import { textAt } from './message.ts';

const NONE: readonly Signal[] = [];

type Use = { readonly program: string; readonly input: Input; readonly pathsOf: CompiledRule['pathsOf'] };

/** Makes of matches the signals that programs need. */
export class Signals {
  /** By the id of the rule that matches. */
  readonly #uses = new Map<string, readonly Use[]>();

  constructor(programs: readonly Program[]) {
    for (const { rule, inputs } of programs) {
      for (const input of inputs) {
        const { id } = input.compiled.rule;
        const use = { program: rule.id, input, pathsOf: remembered(input.compiled.pathsOf) };
        this.#uses.set(id, [...(this.#uses.get(id) ?? []), use]);
      }
    }
  }

  /** The signals of one match: one for each program that wants it and can tell whose case it is. */
  of(compiled: CompiledRule, subject: Subject): readonly Signal[] {
    const uses = this.#uses.get(compiled.rule.id);
    if (uses === undefined) return NONE;
    const happening = happeningOf(subject);
    return uses.flatMap(use => signalOf(use, compiled, subject, happening));
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
  { program, input, pathsOf }: Use,
  compiled: CompiledRule,
  subject: Subject,
  happening: Happening,
): readonly Signal[] {
  const fields: Record<string, string> = {};
  for (const field of input.fields) {
    const value = textAt(subject.document, field, { pathsOf });
    if (value !== undefined) fields[field] = told(value);
  }
  if (input.absent === 'left-out' && input.shard.some(field => fields[field] === undefined)) return NONE;
  const signal = { program, input: compiled.rule.id, ...happening, fields };
  return [input.isEvidence ? { ...signal, witness: witnessOf(compiled, subject) } : signal];
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
