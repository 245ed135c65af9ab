import { KeywardenError } from '../../errors.ts';
import type { Event } from '../../model/event.ts';
import { type CompiledRule, type CompileOptions, compileRule } from '../../sigma/compile.ts';
import { withFilters } from '../../sigma/filtering.ts';
import { parseRules, type RuleSource } from '../../sigma/parse.ts';
import { placeholdersOf } from '../../sigma/placeholder.ts';
import { eventsOf } from '../example-events.ts';
import { exampleReader } from '../examples.ts';
import type { RuleSet } from '../rules.ts';
import type { Cases } from './cases.ts';
import type { Proposal } from './proposal.ts';

/** What running the rules with a proposal has shown. */
export type Proof = {
  readonly falseGone: number;
  /** False alerts that it does not stop. */
  readonly falseLeft: readonly Event[];
  readonly trueKept: number;
  /** True alerts that it would stop. */
  readonly trueLost: readonly Event[];
  /** Alerts that nobody marked and that it would stop. */
  readonly unmarkedGone: readonly Event[];
  readonly examplesKept: number;
  /** Must-match examples, of this rule or another that reads the list, that would match no more: `title: name`. */
  readonly examplesLost: readonly string[];
  /** Titles of other rules that read the list. */
  readonly alsoFor: readonly string[];
};

/** Whether a proposal stops all of the false alerts, and nothing that is true. */
export const isProven = ({ falseLeft, trueLost, examplesLost }: Proof): boolean =>
  falseLeft.length + trueLost.length + examplesLost.length === 0;

/** Runs a rule with a proposal in force on the events of its alerts, and all rules that it touches on their examples. */
export function prove(
  proposal: Proposal,
  source: RuleSource,
  { false: wrong, true: right, unmarked }: Cases,
  set: RuleSet,
): Proof {
  const touched = proposal.kind === 'filter' ? [source] : set.sources.filter(other => reads(other, proposal.list));
  const before = touched.map(one => compileRule(one, set.compile));
  const after = touched.map(one => inForce(proposal, one, set.compile));
  const tuned = after.find(({ rule }) => rule.id === source.rule.id);
  const holds = ({ document }: Event): boolean => tuned?.matches(document) === true;
  const examples = after.flatMap((rule, i) => matchingExamples(before[i], rule));
  return {
    falseGone: wrong.filter(event => !holds(event)).length,
    falseLeft: wrong.filter(holds),
    trueKept: right.filter(holds).length,
    trueLost: right.filter(event => !holds(event)),
    unmarkedGone: unmarked.filter(event => !holds(event)),
    examplesKept: examples.filter(({ kept }) => kept).length,
    examplesLost: examples.filter(({ kept }) => !kept).map(({ name }) => name),
    alsoFor: touched.filter(other => other !== source).map(({ rule }) => rule.title),
  };
}

/** The rule as it would be; the text that the user gets is what is read. */
function inForce(proposal: Proposal, source: RuleSource, compile: CompileOptions): CompiledRule {
  if (proposal.kind === 'list') {
    const entries = [...(compile.lists.get(proposal.list) ?? []), ...proposal.fields.flatMap(({ values }) => values)];
    return compileRule(source, { ...compile, lists: new Map([...compile.lists, [proposal.list, entries]]) });
  }
  const [document] = parseRules(proposal.yaml, 'proposal.yml');
  if (document?.kind !== 'filter') throw new KeywardenError('RULE', 'the proposed filter cannot be read');
  const [filtered] = withFilters([source], [document.source]).rules;
  if (filtered === undefined) throw new KeywardenError('RULE', 'the proposed filter is for no rule');
  return compileRule({ ...filtered, filters: [...source.filters, ...filtered.filters] }, compile);
}

const reads = ({ selections }: RuleSource, list: string): boolean =>
  [...selections.values()]
    .flat(2)
    .some(
      ({ modifiers, values }) =>
        modifiers.includes('expand') && values.some(({ value }) => placeholdersOf(String(value)).includes(list)),
    );

/** The must-match examples that match now, and whether they would still. */
function matchingExamples(
  before: CompiledRule | undefined,
  after: CompiledRule,
): readonly { readonly name: string; readonly kept: boolean }[] {
  const { rule } = after;
  return exampleReader()(rule)
    .examples.flatMap(({ match }) => match)
    .flatMap(example => {
      const { events } = eventsOf(example);
      if (!events.some(({ document }) => before?.matches(document))) return [];
      return [{ name: `${rule.title}: ${example.name}`, kept: events.some(({ document }) => after.matches(document)) }];
    });
}
