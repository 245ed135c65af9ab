import { type Level, SEVERITY } from '../model/alert.ts';
import type { Policy } from '../policy/policy.ts';
import { decidingRule, type Remedy } from '../policy/remedy.ts';
import type { Blindness, Sight } from '../policy/sight.ts';
import { writeRules } from '../policy/write.ts';
import { printable } from './escape.ts';

/** One rule with what it sees. */
export type SightRow = {
  readonly rule: { readonly title: string; readonly level: Level; readonly file: string };
  readonly by: 'examples' | 'fields';
  readonly sight: Sight;
};

/** Reasons that are told of one rule; the rest are counted. */
const MAX_REASONS = 4;
const INDENT = ' '.repeat(8);

/** The rules that do not see all they could, the gravest first, and why. */
export function sightsText(policy: Policy, rows: readonly SightRow[]): string {
  const lacking = rows.filter(({ sight }) => sight.blind.length > 0);
  return [...lacking]
    .sort(byGravity)
    .map(row => rowText(policy, row))
    .join('');
}

const isBlind = ({ sight }: SightRow): boolean => sight.seen === 0;

const byGravity = (a: SightRow, b: SightRow): number =>
  Number(isBlind(b)) - Number(isBlind(a)) ||
  SEVERITY[b.rule.level] - SEVERITY[a.rule.level] ||
  (a.rule.title < b.rule.title ? -1 : 1);

function rowText(policy: Policy, row: SightRow): string {
  const { rule, by, sight } = row;
  const total = sight.seen + sight.blind.length;
  const what = by === 'examples' ? 'examples' : 'requests that its fields name';
  const reasons = [...new Set(sight.blind.map(one => reason(policy, one)))];
  const told = reasons.slice(0, MAX_REASONS).map(text => `${INDENT}${text}\n`);
  if (reasons.length > MAX_REASONS) told.push(`${INDENT}and ${reasons.length - MAX_REASONS} more\n`);
  const head = `${(isBlind(row) ? 'BLIND' : 'PARTLY').padEnd(INDENT.length)}${printable(rule.title)} (${rule.level})\n`;
  return `${head}${INDENT}sees ${sight.seen} of ${total} ${what}; ${printable(rule.file)}\n${told.join('')}`;
}

function reason(policy: Policy, { request, decision, needs, lacksStage }: Blindness): string {
  const asked = `${request.verb} ${request.resource?.name ?? request.path}`;
  const decided = decidingRule(policy, decision.rule);
  const what =
    lacksStage === undefined
      ? `needs ${needs}, ${decided} says ${decision.level}`
      : `needs the stage ${lacksStage}, which ${decided} or the policy leaves out`;
  return printable(`${asked}: ${what}`);
}

/** What to change, as it is to be written into the policy; empty where there is nothing to change. */
export function remedyText(policy: Policy, { rules, before, stages, refused }: Remedy): string {
  const parts: string[] = [];
  if (rules.length > 0) {
    const place = policy.rules[before] === undefined ? 'behind all rules' : `before ${decidingRule(policy, before)}`;
    parts.push(
      `The smallest change that opens their eyes: put ${place} of ${printable(policy.file)}\n\n${indented(writeRules(rules))}`,
    );
  }
  for (const { stage, rule } of stages) {
    const where =
      rule === undefined ? 'the omitStages of the policy' : `the omitStages of ${decidingRule(policy, rule)}`;
    parts.push(`Take ${stage} out of ${where}.\n`);
  }
  if (refused.length > 0) {
    const asked = new Set(refused.map(({ request, needs }) => `${request.verb} ${request.resource?.name} (${needs})`));
    parts.push(
      `Not proposed, since it would write secrets into the audit log: ${printable([...asked].sort().join(', '))}.\n`,
    );
  }
  return parts.join('\n');
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/** `101 rules: 80 see all their examples, 12 some, 9 none; 29 read other logs`. */
export function sightsTally(rows: readonly SightRow[], unknown: number, others: number): string {
  const blind = rows.filter(isBlind).length;
  const partly = rows.filter(({ sight }) => sight.blind.length > 0).length - blind;
  const parts = [
    `${rows.length - blind - partly} see all they could`,
    `${partly} see some of it`,
    `${blind} see nothing`,
    ...(unknown > 0 ? [`of ${unknown} nothing can be said, since they have no examples`] : []),
    ...(others > 0 ? [`${others} read other logs`] : []),
  ];
  const all = rows.length + unknown + others;
  return `${all} ${all === 1 ? 'rule' : 'rules'}: ${parts.join(', ')}\n`;
}
