import { KeywardenError } from '../../errors.ts';
import type { Source } from '../../ingest/files.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import type { Rule } from '../../sigma/rule.ts';
import type { FileSink } from '../hunt.ts';
import type { RuleSet } from '../rules.ts';
import { type Cases, gatherCases } from './cases.ts';
import { varietyOf } from './fields.ts';
import type { MarkedAlert } from './marked.ts';
import { isProven, type Proof, prove } from './proof.ts';
import { type Proposal, proposalsFor } from './proposal.ts';

/** What was found for the false alerts of one rule. */
export type Tuning = {
  readonly rule: Rule;
  readonly cases: Cases;
  /** The best proposal that is proven; undefined where there is none. */
  readonly proposal: Proposal | undefined;
  readonly proof: Proof | undefined;
  /** What was tried before it and failed. */
  readonly failed: readonly { readonly proposal: Proposal; readonly proof: Proof }[];
  /** Identities and how many different values the false alerts have of each. */
  readonly variety: ReturnType<typeof varietyOf>;
};

export type TuneOptions = {
  readonly false: readonly MarkedAlert[];
  readonly true: readonly MarkedAlert[];
  readonly cluster: string | undefined;
};

/** Seeks for each rule with false alerts the narrowest exclusion that stops them and keeps the true ones. Throws FILE, and USAGE where an alert's rule is not in force. */
export async function tune(
  sources: readonly Source[],
  options: TuneOptions,
  set: RuleSet,
  sink: Pick<FileSink, 'deadLetter' | 'progress'>,
): Promise<{ readonly tunings: readonly Tuning[]; readonly faults: readonly KeywardenError[] }> {
  const ids = new Set(options.false.map(({ rule }) => rule));
  const rules = set.rules.filter(({ rule }) => ids.has(rule.id));
  const unknown = options.false.find(alert => !rules.some(({ rule }) => rule.id === alert.rule));
  if (unknown !== undefined) {
    const correlation = [...set.programs, ...set.parts].find(({ rule }) => rule.id === unknown.rule);
    const why =
      correlation === undefined
        ? `no rule in force has the id ${unknown.rule}; say by --rules where it is`
        : `"${correlation.rule.title}" is a correlation, which has no fields; write a filter of the rules that it names`;
    throw new KeywardenError('USAGE', `${unknown.place}: ${why}`);
  }
  const { cases, faults } = await gatherCases(sources, { ...options, rules }, sink);
  const tunings = rules.flatMap(rule => {
    const mine = cases.get(rule.rule.id);
    return mine === undefined ? [] : [tuningOf(rule, mine, set)];
  });
  return { tunings, faults };
}

function tuningOf({ rule, requires }: CompiledRule, cases: Cases, set: RuleSet): Tuning {
  const source = set.sources.find(one => one.rule.id === rule.id);
  const proposals = source === undefined ? [] : proposalsFor(source, requires, cases.false);
  const failed: { proposal: Proposal; proof: Proof }[] = [];
  const variety = varietyOf(cases.false);
  for (const proposal of proposals) {
    if (source === undefined) break;
    const proof = prove(proposal, source, cases, set);
    if (isProven(proof)) return { rule, cases, proposal, proof, failed, variety };
    failed.push({ proposal, proof });
  }
  return { rule, cases, proposal: undefined, proof: undefined, failed, variety };
}
