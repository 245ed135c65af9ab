import type { Clock, Evaluator, Finding } from '../../../../src/detect/state/evaluator.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import type { FirstSeenProgram, Input, Program } from '../../../../src/sigma/program.ts';
import { ruleOf } from '../support.ts';

const SIGNAL: Signal = {
  program: 'program',
  input: 'rule',
  cluster: 'c',
  dataset: 'kubernetes.audit_logs',
  at: 0,
  from: 0,
  to: 0,
  id: 'e',
  request: 'e',
  fields: {},
};

/** A signal of that time; its id is its request's too. */
export const signalAt = (at: number, id: string, others: Partial<Signal> = {}): Signal => {
  const timestamp = new Date(at).toISOString();
  const evidence = { event_id: id, timestamp, dataset: SIGNAL.dataset, origin: { file: 'f', line: 1 }, message: id };
  const witness = { message: `it was ${id}`, evidence, subject: {} };
  return { ...SIGNAL, at, from: at, to: at, id, request: id, witness, ...others };
};

export const clockAt = (now: number): Clock => ({ now, sight: () => now });

/** A program that speaks of one rule. */
export function programOf(id = 'program', input: Partial<Input> = {}): FirstSeenProgram {
  const compiled = ruleOf();
  const rule = { ...compiled.rule, id, title: `Title of ${id}` };
  return {
    kind: 'first-seen',
    rule,
    inputs: [{ compiled, shard: [], absent: 'empty', fields: [], isEvidence: true, ...input }],
    spanMs: 0,
    fields: [],
    looksFor: 'looks',
    learnMs: 0,
    rememberMs: 0,
  };
}

/** Finds each signal, and what a clock's step is called. */
export function listener(heard: string[]): (program: Program) => Evaluator {
  return program => ({
    take: signal => heard.push(`${program.rule.id}:${signal.id}`),
    advance: ({ now }) => heard.push(`${program.rule.id}@${now}`),
    counts: { held: 0, evicted: 0, notJudged: 0 },
  });
}

export const findingOf = (program: Program, evidence: readonly Signal[], maker: Signal): Finding => ({
  program,
  cluster: maker.cluster,
  group: { 'user.name': 'mallory' },
  evidence,
  maker,
});
