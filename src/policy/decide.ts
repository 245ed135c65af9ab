import type { AuditLevel, Policy, PolicyRule, Stage } from './policy.ts';

/** What a policy decides by. */
export type PolicyRequest = {
  readonly user: string;
  readonly groups: readonly string[];
  readonly verb: string;
  /** Undefined for a request that is about no resource. */
  readonly resource: RequestedResource | undefined;
  readonly path: string;
};

/** `name` is the resource's with its subresource, as in `pods/exec`. */
export type RequestedResource = {
  readonly group: string;
  readonly name: string;
  readonly namespace: string;
  readonly object: string;
};

/** What a policy says of a request; `rule` is the index of the rule that decides, undefined where none speaks of it. */
export type Decision = {
  readonly level: AuditLevel;
  readonly omitStages: readonly Stage[];
  readonly rule: number | undefined;
};

/** The first rule that speaks of a request decides; what no rule speaks of is not recorded. Source: kubernetes, apiserver/pkg/audit/policy/checker.go. */
export function decide(policy: Policy, request: PolicyRequest): Decision {
  const index = policy.rules.findIndex(rule => speaksOf(rule, request));
  const rule = policy.rules[index];
  if (rule === undefined) return { level: 'None', omitStages: policy.omitStages, rule: undefined };
  return { level: rule.level, omitStages: [...policy.omitStages, ...rule.omitStages], rule: index };
}

function speaksOf(rule: PolicyRule, request: PolicyRequest): boolean {
  if (rule.users.length > 0 && !rule.users.includes(request.user)) return false;
  if (rule.userGroups.length > 0 && !rule.userGroups.some(group => request.groups.includes(group))) return false;
  return speaksOfAction(rule, request) && speaksOfNamespaceIn(rule, request);
}

/** Whether the rule speaks of this verb on this resource or path, whoever asks and whatever the namespace and the object's name. */
export function speaksOfAction(rule: PolicyRule, { verb, resource, path }: PolicyRequest): boolean {
  if (rule.verbs.length > 0 && !rule.verbs.includes(verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    return resource !== undefined && (rule.resources.length === 0 || rule.resources.some(names(resource)));
  }
  if (rule.nonResourceURLs.length === 0) return true;
  return resource === undefined && rule.nonResourceURLs.some(spec => coversPath(spec, path));
}

type GroupResources = PolicyRule['resources'][number];

const names =
  ({ group, name }: RequestedResource) =>
  (one: GroupResources): boolean =>
    one.group === group && (one.resources.length === 0 || one.resources.some(spec => coversResource(spec, name)));

function speaksOfNamespaceIn({ namespaces, resources }: PolicyRule, { resource }: PolicyRequest): boolean {
  if (resource === undefined) return true;
  if (namespaces.length > 0 && !namespaces.includes(resource.namespace)) return false;
  const named = resources.filter(names(resource));
  return (
    resources.length === 0 ||
    named.some(one => one.resourceNames.length === 0 || one.resourceNames.includes(resource.object))
  );
}

function coversResource(spec: string, name: string): boolean {
  if (spec === '*' || spec === name) return true;
  const [resource, subresource] = name.split('/', 2);
  if (subresource !== undefined && spec === `*/${subresource}`) return true;
  return spec === `${resource}/*`;
}

const coversPath = (spec: string, path: string): boolean =>
  spec === path || (spec.endsWith('*') && path.startsWith(spec.replace(/\*+$/, '')));
