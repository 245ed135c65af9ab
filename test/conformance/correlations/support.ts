import { correlator } from '../../../src/detect/correlate/correlator.ts';
import type { Finding, Limits } from '../../../src/detect/state/evaluator.ts';
import { StageTwo } from '../../../src/detect/state/stage-two.ts';
import type { Signal } from '../../../src/model/signal.ts';
import type { CorrelationProgram } from '../../../src/sigma/program.ts';
import { programOf } from './program.ts';

const ROOMY: Limits = { signals: 100_000, groups: 10_000 };

/** A correlation of its section alone, in braces' YAML; by user and over a minute where it says nothing else. */
export function correlation(section: string, name = 'outer'): string {
  const grouped = section.includes('group-by') ? section : `${section}, group-by: [user]`;
  const timed = grouped.includes('timespan') ? grouped : `${grouped}, timespan: 60s`;
  return `{title: Correlation ${name}, name: ${name}, level: low, correlation: {${timed}}}`;
}

/** The first one may speak of the others. */
export const chain = (...correlations: readonly string[]): string => correlations.join('\n---\n');

/**
 * What a correlation finds on a timeline, such as `a@0 a@1.5:bob=7`: matches of rules at seconds, by the user (`u` where
 * none is written, none behind a lone colon), with a value. `a@0#x` gives the event's id, which else follows the order of
 * writing, `a@0[ip=1]` other fields, `a@0/d` the cluster; `clock@9` says that nothing from before the ninth second comes
 * any more. Each finding is told the same way: the second of its maker, its group where it is not `u`, its value.
 */
export const found = (yaml: string, timeline: string): string =>
  findings(programOf(yaml), timeline).map(toldFinding).join(' ');

/** For each finding the events that it tells of, by their ids, which are counted from 0 where none are written. */
export const evidence = (yaml: string, timeline: string): readonly string[] =>
  findings(programOf(yaml), timeline).map(finding =>
    finding.evidence.map(({ id }) => id.replace(/^0+(?=.)/, '')).join(' '),
  );

export function findings(program: CorrelationProgram, timeline: string): readonly Finding[] {
  const list: Finding[] = [];
  const { stage, clock } = stageTwo(program, list);
  for (const [i, word] of timeline.split(/\s+/).entries()) {
    const told = read(word);
    if (told.name === 'clock') clock(told.at);
    else stage.take(signalOf(program, told, i));
  }
  clock(Number.POSITIVE_INFINITY);
  return list;
}

/** The same of signals; between two lists of them the clock goes on to the latest that has come. */
export function evaluate(program: CorrelationProgram, turns: readonly (readonly Signal[])[]): readonly Finding[] {
  const list: Finding[] = [];
  const { stage, clock } = stageTwo(program, list);
  for (const turn of turns) {
    for (const signal of turn) stage.take(signal);
    clock(Math.max(0, ...turn.map(({ at }) => at)));
  }
  clock(Number.POSITIVE_INFINITY);
  return list;
}

function stageTwo(program: CorrelationProgram, list: Finding[]) {
  const evaluatorOf = () => correlator(program, ROOMY);
  const options = { evaluatorOf, waiting: 100_000, remembered: 100_000 };
  const stage = new StageTwo([program], options, { found: finding => list.push(finding), blind: () => {} });
  const clock = (now: number) => {
    for (const cluster of stage.clusters) stage.advance(cluster, { now, sight: () => now });
  };
  return { stage, clock };
}

const WORD = /^(\w+)@([\d.]+)(?::([^=[#/]*))?(?:=([^[#/]*))?(?:\[([^\]]*)\])?(?:#([^/=]+))?(?:\/(\w+))?$/;

type Told = {
  readonly name: string;
  readonly at: number;
  readonly id?: string | undefined;
  readonly cluster: string;
  readonly fields: Readonly<Record<string, string>>;
};

function read(word: string): Told {
  const [, name = '', seconds, user = 'u', value, fields = '', id, cluster = 'c'] = WORD.exec(word) ?? [];
  if (name === '') throw new Error(`cannot read ${word}`);
  const others = fields.split(',').flatMap(field => (field === '' ? [] : [field.split('=') as [string, string]]));
  const values = [...(user === '' ? [] : [['user', user]]), ...(value === undefined ? [] : [['value', value]])];
  return {
    name,
    at: Math.round(Number(seconds) * 1_000),
    id,
    cluster,
    fields: Object.fromEntries([...values, ...others]),
  };
}

export function signalOf(program: CorrelationProgram, told: Told, i: number): Signal {
  const { name, at, cluster, fields, id = String(i).padStart(4, '0') } = told;
  const input = program.inputs.find(({ compiled: { rule } }) => rule.name === name);
  if (input === undefined) throw new Error(`no rule ${name}`);
  const { rule } = input.compiled;
  const dataset = 'kubernetes.audit_logs';
  const timestamp = new Date(at).toISOString();
  const message = `${name} at ${timestamp}`;
  const witness = {
    message,
    evidence: { event_id: id, timestamp, dataset, origin: { file: 'f', line: i + 1 }, message },
    subject: {},
  } as const;
  const signal = { program: program.rule.id, input: rule.id, cluster, dataset, at, from: at, to: at, id } as const;
  return { ...signal, request: id, fields, ...(name === 'quiet' ? {} : { witness }) };
}

function toldFinding({ maker, group, value, cluster }: Finding): string {
  const names = Object.values(group).join(',');
  return `${maker.at / 1_000}${names === 'u' || names === '' ? '' : `:${names}`}${value === undefined ? '' : `=${value}`}${cluster === 'c' ? '' : `/${cluster}`}`;
}
