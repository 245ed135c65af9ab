import { datasetOf } from '../detect/logsource.ts';
import type { EcsDocument, Subject } from '../model/event.ts';
import { blame } from '../sigma/blame.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { type Explanation, explainer } from '../sigma/explain.ts';
import type { FieldVerdict } from '../sigma/explain-field.ts';
import { described } from '../sigma/role.ts';
import type { Rule } from '../sigma/rule.ts';
import { loadRules, type RuleOptions, type RuleSet } from './rules.ts';

/** A rule set that can say of each of its rules why it fires on an event or not. */
export type ExplainedRules = RuleSet & {
  readonly explain: (rule: CompiledRule, subject: Subject) => Explained;
};

export type Explained = {
  readonly rule: Rule;
  readonly subject: Subject;
  /** Whether the rule matches: its condition holds, and it is evaluated on such an event at all. */
  readonly fires: boolean;
  readonly explanation: Explanation;
  /** False where the rule is about another log. */
  readonly applies: boolean;
  /** What lies outside of the condition: why it is not evaluated, what the event could not show. */
  readonly notes: readonly string[];
};

/** Loads rules so that they can be explained. Throws as loadRules does. */
export function loadExplained(options: RuleOptions): ExplainedRules {
  const set = loadRules(options);
  const explainers = new Map<string, (event: object) => Explanation>();
  const explainerOf = ({ rule: { id } }: CompiledRule): ((event: object) => Explanation) => {
    const source = set.sources.find(({ rule }) => rule.id === id);
    const found = explainers.get(id);
    if (found !== undefined || source === undefined) return found ?? NOTHING;
    const made = explainer(source, set.compile);
    explainers.set(id, made);
    return made;
  };
  const remarks = remarksOn(set);
  return {
    ...set,
    explain: (compiled, subject) => {
      const explanation = explainerOf(compiled)(subject.document);
      const applies = isAbout(compiled.rule, subject);
      const obstacles = applies ? notJudged(subject) : [otherLog(compiled.rule, subject)];
      const why =
        explanation.holds || !applies ? [] : [...excuses(explanation, set.lists), ...notSeen(explanation, subject)];
      const fires = explanation.holds && obstacles.length === 0;
      const notes = [...obstacles, ...why, ...(fires ? (remarks.get(compiled.rule.id) ?? []) : [])];
      return { rule: compiled.rule, subject, fires, explanation, applies, notes };
    },
  };
}

/** Whether a rule alerts on an event, said by the compiled rule alone. */
export const fires = (compiled: CompiledRule, subject: Subject): boolean =>
  subject.judged && isAbout(compiled.rule, subject) && compiled.matches(subject.document);

const isAbout = (rule: Rule, { dataset }: Subject): boolean => dataset === 'json' || datasetOf(rule) === dataset;

/** By the ids of rules of which a match alone is no alert, when it counts. */
function remarksOn(set: RuleSet): ReadonlyMap<string, readonly string[]> {
  const remarks = new Map<string, string[]>();
  const remark = (id: string, text: string): unknown => remarks.set(id, [...(remarks.get(id) ?? []), text]);
  for (const program of [...set.programs, ...set.parts]) {
    const { rule, kind, inputs } = program;
    if (kind === 'first-seen') remark(rule.id, `A match alone is no alert: ${described(program)}.`);
    if (kind === 'absence') remark(rule.id, 'A match alone is no alert: it is one where no other rule explains it.');
    for (const { compiled } of inputs) {
      const { id } = compiled.rule;
      if (id !== rule.id) remark(id, `The match counts for "${rule.title}" (${described(program)}).`);
    }
  }
  for (const { rule } of set.rules) {
    const isInput = set.quiet.has(rule.id) && !set.programs.some(program => program.rule.id === rule.id);
    if (isInput) remark(rule.id, 'The rule does not alert for itself.');
  }
  return remarks;
}

const NOTHING = (): Explanation => ({ holds: false, conditions: [], filters: [] });

const LOGS: Readonly<Record<Subject['dataset'], string>> = {
  'kubernetes.audit_logs': "the API server's audit log",
  'etcd.audit_logs': "etcd's log",
  json: 'plain JSON',
};

function otherLog(rule: Rule, { dataset }: Subject): string {
  const wanted = datasetOf(rule);
  const reads = wanted === undefined ? 'a log source that is not read here' : LOGS[wanted];
  return `The rule reads ${reads}, the event is of ${LOGS[dataset]}: one is never evaluated on the other.`;
}

function notJudged({ judged, document }: Subject): readonly string[] {
  if (judged) return [];
  const { stage } = (document as EcsDocument).kubernetes?.audit ?? {};
  return [
    `The event is of stage ${String(stage)}, at which no rule is evaluated: look for the same auditID at ResponseComplete.`,
  ];
}

/** Who is answerable for an entry of a list that keeps the rule from firing, and why it is there. */
function excuses(explanation: Explanation, lists: RuleSet['lists']): readonly string[] {
  const met = blame(explanation)
    .filter(({ held }) => held)
    .flatMap(({ alternative }) => alternative.fields.flatMap(({ found }) => found.flatMap(one => one.met ?? [])));
  return met.flatMap(({ value, list: name = '' }) => {
    const list = lists.get(name);
    const entry = list?.entries.find(one => one.value === value);
    if (list === undefined || entry === undefined) return [];
    return [`${entry.value} is on the list ${name}: ${entry.reason} (owner: ${list.owner}).`];
  });
}

/** Fields that were empty because the audit policy did not record them, or because they were cut. */
function notSeen(explanation: Explanation, { document }: Subject): readonly string[] {
  const { kubernetes, keywarden } = document as Partial<EcsDocument>;
  const failed = blame(explanation).flatMap(({ alternative }) => alternative.fields.filter(({ holds }) => !holds));
  const missed = failed.flatMap(({ paths, found }) => (found.length > 0 ? [] : paths));
  const level = String(kubernetes?.audit['level']);
  const unrecorded =
    kubernetes === undefined || !failed.every(isOfBody) ? [] : BODIES.filter(body => isUnrecorded(body, level, missed));
  const redacted = keywarden?.redacted ?? [];
  const cut = missed.filter(path => redacted.some(one => `kubernetes.audit.${one}`.startsWith(path)));
  return [
    ...unrecorded.map(
      ({ name, levels: [least] }) =>
        `The audit policy recorded this request at level ${level}, without ${name}: to see it, the policy has to record it at level ${least}.`,
    ),
    ...[...new Set(cut)].map(path => `${path} was cut by redaction before the rule could see it.`),
  ];
}

type Body = { readonly name: string; readonly levels: readonly string[] };

/** Parts of an audit event, and the levels of a policy that record them, the lowest first. */
const BODIES: readonly Body[] = [
  { name: 'requestObject', levels: ['Request', 'RequestResponse'] },
  { name: 'responseObject', levels: ['RequestResponse'] },
];

/** A request that fails for other reasons too would not have matched with its bodies either. */
const isOfBody = ({ paths }: FieldVerdict): boolean =>
  paths.some(path => BODIES.some(({ name }) => path.startsWith(`kubernetes.audit.${name}`)));

const isUnrecorded = ({ name, levels }: Body, level: string, missed: readonly string[]): boolean =>
  !levels.includes(level) && missed.some(path => path.startsWith(`kubernetes.audit.${name}`));
