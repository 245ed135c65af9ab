import { ABSENCE_OPTIONS, type AbsenceOptions, absence } from '../../../../src/detect/absence/absence.ts';
import { Baseline } from '../../../../src/detect/state/baseline.ts';
import type { Evaluator, Finding, Limits, Loss, Report } from '../../../../src/detect/state/evaluator.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import type { AbsenceProgram, Explanation } from '../../../../src/sigma/program.ts';
import { signalAt } from '../state/support.ts';
import { ruleOf } from '../support.ts';

/** A clock's step; sight has come as far where nothing else is said. */
export type Tick = { readonly now: number; readonly sight?: number };
export type Step = Signal | Tick | Loss;

const IDS = {
  write: '00000000-0000-4000-8000-000000000001',
  request: '00000000-0000-4000-8000-000000000002',
  unnamed: '00000000-0000-4000-8000-000000000003',
  collection: '00000000-0000-4000-8000-000000000004',
} as const;
type Input = keyof typeof IDS;

/** Stands for the end: nothing comes any more. */
export const END: Tick = { now: Number.POSITIVE_INFINITY };

/** Milliseconds of a window that are easily told from others. */
export const WINDOW = 1_000;

const signal =
  (input: Input) =>
  (id: string, at: number, fields: Signal['fields'] = {}, others: Partial<Signal> = {}): Signal =>
    signalAt(at, id, { input: IDS[input], fields, ...others });

/** A match that wants to be explained, and what explains: by name, by the beginning of the name, by the namespace. */
export const write = signal('write');
export const request = signal('request');
export const unnamed = signal('unnamed');
export const collection = signal('collection');

export const explanation = (input: Input, more: Partial<Explanation> = {}): Explanation => ({
  input: IDS[input],
  by: [],
  prefix: [],
  where: [],
  once: false,
  beforeMs: WINDOW,
  afterMs: WINDOW,
  ...more,
});

/** By namespace and name. */
export const NAMED = explanation('request', {
  by: [
    ['ns', 'ns'],
    ['name', 'name'],
  ],
});
/** By namespace and the beginning of the name, one each. */
export const UNNAMED = explanation('unnamed', { by: [['ns', 'ns']], prefix: [['name', 'generate']], once: true });

export function programOf(explanations: readonly Explanation[], more: Partial<AbsenceProgram> = {}): AbsenceProgram {
  const inputs = Object.values(IDS).map(id => ({
    compiled: ruleOf('', id),
    shard: [],
    absent: 'empty' as const,
    fields: [],
    isEvidence: id === IDS.write,
  }));
  const { rule } = ruleOf();
  return {
    kind: 'absence',
    rule: { ...rule, keywarden: { group: ['ns'] } },
    inputs,
    spanMs: 0,
    subject: IDS.write,
    explanations,
    waitMs: 0,
    sight: undefined,
    ...more,
  };
}

export type Given = {
  readonly program?: AbsenceProgram;
  readonly limits?: Partial<Limits>;
  readonly options?: Partial<AbsenceOptions>;
  readonly baseline?: Baseline;
};

/** What is told of the steps, and what is counted after them. */
export function told(steps: readonly Step[], given: Given = {}): string[] {
  const { lines, evaluator } = playing(steps, given);
  const { notJudged } = evaluator.counts;
  return notJudged === 0 ? lines : [...lines, `${notJudged} not judged`];
}

type Played = { readonly lines: string[]; readonly findings: Finding[]; readonly evaluator: Evaluator };

export function playing(steps: readonly Step[], given: Given = {}): Played {
  const { program = programOf([NAMED, UNNAMED]), limits, options, baseline = new Baseline(1_000) } = given;
  const evaluator = absence(program, { signals: 10_000, groups: 10_000, ...limits }, baseline, {
    ...ABSENCE_OPTIONS,
    ...options,
  });
  const lines: string[] = [];
  const findings: Finding[] = [];
  const report: Report = {
    found: finding => {
      findings.push(finding);
      lines.push(finding.maker.id);
    },
    blind: ({ reason, values, from, to, judged, notJudged }) =>
      lines.push(
        [`${reason}${values === undefined ? '' : ` ${values.join('/')}`} ${from}–${to ?? ''}`]
          .concat(judged + notJudged === 0 ? [] : `${judged} judged, ${notJudged} not`)
          .join(': '),
      ),
  };
  for (const step of steps) play(step, evaluator, report);
  return { lines, findings, evaluator };
}

function play(step: Step, evaluator: Evaluator, report: Report): void {
  if ('input' in step) evaluator.take(step, report);
  else if ('now' in step) evaluator.advance({ now: step.now, sight: () => step.sight ?? step.now }, report);
  else evaluator.lose?.(step);
}
