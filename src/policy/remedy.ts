import { speaksOfAction } from './decide.ts';
import { AUDIT_LEVELS, type AuditLevel, atLeastLevel, type Policy, type PolicyRule, type Stage } from './policy.ts';
import type { Blindness } from './sight.ts';

/** A rule as it is to be written into the policy. */
export type NewRule = {
  readonly level: AuditLevel;
  readonly verbs: readonly string[];
  readonly resources?: readonly { readonly group: string; readonly resources: readonly string[] }[];
  readonly nonResourceURLs?: readonly string[];
};

/** The smallest change that opens blind rules' eyes. */
export type Remedy = {
  /** To be put before the rule with the index `before`, in this order; none where nothing is to be recorded more. */
  readonly rules: readonly NewRule[];
  readonly before: number;
  /** Stages that the policy, or the rule with this index, must not leave out. */
  readonly stages: readonly { readonly stage: Stage; readonly rule: number | undefined }[];
  /** What cannot be mended without writing secrets into the log. */
  readonly refused: readonly Blindness[];
};

/** Their bodies are the secrets themselves. */
const SECRET_BODIES: ReadonlySet<string> = new Set(['secrets', 'configmaps', 'serviceaccounts/token', 'tokenreviews']);

/** Asks for no more than was lacked: the resource, the verb (with those that do the same) and the level of each event, and nothing that would show a secret. */
export function remedyFor(policy: Policy, blind: readonly Blindness[]): Remedy {
  const refused = blind.filter(showsSecrets);
  const mended = blind.filter(one => !showsSecrets(one));
  const levels = mended.filter(({ needs, decision }) => !atLeastLevel(decision.level, needs));
  return {
    rules: newRules(policy, levels),
    before: Math.min(...levels.map(({ decision }) => decision.rule ?? policy.rules.length), policy.rules.length),
    stages: omissions(policy, mended),
    refused,
  };
}

/** The policy with the remedy in it. */
export function remedied(policy: Policy, { rules, before, stages }: Remedy): Policy {
  const without = (omitted: readonly Stage[], rule: number | undefined): Stage[] =>
    omitted.filter(stage => !stages.some(one => one.stage === stage && one.rule === rule));
  const kept = policy.rules.map((rule, i) => ({ ...rule, omitStages: without(rule.omitStages, i) }));
  return {
    ...policy,
    omitStages: without(policy.omitStages, undefined),
    rules: [...kept.slice(0, before), ...rules.map(whole), ...kept.slice(before)],
    lines: [...policy.lines.slice(0, before), ...rules.map(() => 0), ...policy.lines.slice(before)],
  };
}

const showsSecrets = ({ needs, request }: Blindness): boolean =>
  atLeastLevel(needs, 'Request') && SECRET_BODIES.has(request.resource?.name ?? '');

/** What is asked for of one resource or path. */
type Wish = {
  readonly level: AuditLevel;
  readonly verbs: Set<string>;
  readonly group: string;
  readonly target: string;
  readonly isPath: boolean;
};

/** One rule for all that is asked for at one level by the same verbs. */
function newRules(policy: Policy, blind: readonly Blindness[]): readonly NewRule[] {
  const wishes = new Map<string, Wish>();
  for (const one of blind) {
    const wish = wishOf(policy, one);
    const key = JSON.stringify([wish.level, wish.group, wish.target, wish.isPath]);
    const known = wishes.get(key) ?? wish;
    wishes.set(key, known);
    for (const verb of wish.verbs) known.verbs.add(verb);
  }
  const asked = [...wishes.values()].filter((wish, _, all) => !all.some(other => isCovered(wish, other)));
  const byRule = Map.groupBy(asked, ({ level, verbs, isPath }) =>
    JSON.stringify([AUDIT_LEVELS.indexOf(level), isPath, [...verbs].sort()]),
  );
  // The highest level first, since the first rule that speaks of a request decides.
  return [...byRule].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, same]) => ruleOf(same));
}

const isCovered = (wish: Wish, by: Wish): boolean =>
  by.level !== wish.level &&
  atLeastLevel(by.level, wish.level) &&
  by.group === wish.group &&
  by.target === wish.target &&
  wish.verbs.isSubsetOf(by.verbs);

/** No rule behind may have recorded more of such a request than the new one in front of it does. */
function wishOf(policy: Policy, { request, needs }: Blindness): Wish {
  const behind = policy.rules.filter(rule => speaksOfAction(rule, request)).map(({ level }) => level);
  const level = AUDIT_LEVELS.findLast(
    one => one === needs || (behind.includes(one) && isHarmless(one, request.resource?.name)),
  );
  const { resource, path } = request;
  const isPath = resource === undefined;
  return {
    level: level ?? needs,
    verbs: new Set(verbsLike(request, needs)),
    group: resource?.group ?? '',
    target: resource?.name ?? path,
    isPath,
  };
}

const WRITES = ['create', 'patch', 'update'];
/** WebSocket and SPDY: one stream is opened by either verb. */
const STREAMS = ['create', 'get'];
const STREAMED = /\/(exec|attach|portforward|proxy)$/;

/** What is found in one way of writing is as bad in another, and an attacker may choose. */
function verbsLike({ verb, resource }: Blindness['request'], needs: AuditLevel): readonly string[] {
  if (STREAMS.includes(verb) && STREAMED.test(resource?.name ?? '')) return STREAMS;
  return WRITES.includes(verb) && atLeastLevel(needs, 'Request') ? WRITES : [verb];
}

const isHarmless = (level: AuditLevel, resource: string | undefined): boolean =>
  !atLeastLevel(level, 'Request') || !SECRET_BODIES.has(resource ?? '');

function ruleOf(wishes: readonly Wish[]): NewRule {
  const [first] = wishes;
  const head = { level: first?.level ?? 'Metadata', verbs: [...(first?.verbs ?? [])].sort() };
  if (first?.isPath) return { ...head, nonResourceURLs: wishes.map(({ target }) => target).sort() };
  const groups = Map.groupBy(wishes, ({ group }) => group);
  const resources = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, same]) => ({
      group,
      resources: same.map(({ target }) => target).sort(),
    }));
  return { ...head, resources };
}

function whole({ level, verbs, resources = [], nonResourceURLs = [] }: NewRule): PolicyRule {
  return {
    level,
    users: [],
    userGroups: [],
    verbs: [...verbs],
    resources: resources.map(({ group, resources: names }) => ({ group, resources: [...names], resourceNames: [] })),
    namespaces: [],
    nonResourceURLs: [...nonResourceURLs],
    omitStages: [],
  };
}

function omissions(policy: Policy, blind: readonly Blindness[]): Remedy['stages'] {
  const found = new Map<string, { readonly stage: Stage; readonly rule: number | undefined }>();
  for (const { lacksStage: stage, decision } of blind) {
    if (stage === undefined) continue;
    if (policy.omitStages.includes(stage)) found.set(stage, { stage, rule: undefined });
    const rule = decision.rule;
    // A new rule in front leaves out no stage of its own.
    const own = rule === undefined ? [] : (policy.rules[rule]?.omitStages ?? []);
    if (own.includes(stage)) found.set(`${stage} ${rule}`, { stage, rule });
  }
  return [...found.values()];
}

/** `rule 3 (line 17)`, or what decides where no rule does. */
export const decidingRule = (policy: Policy, rule: number | undefined): string =>
  rule === undefined ? 'no rule of the policy' : `rule ${rule + 1} (line ${policy.lines[rule]})`;
