import { isMap, isSeq } from 'yaml';
import { z } from 'zod';
import { YamlSource } from '../sigma/source.ts';

/** How much of a request is recorded, least first. Source: audit.k8s.io/v1 `Level`. */
export const AUDIT_LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof AUDIT_LEVELS)[number];

/** When in a request's life an event is written. Source: audit.k8s.io/v1 `Stage`. */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

export const atLeastLevel = (level: AuditLevel, floor: AuditLevel): boolean =>
  AUDIT_LEVELS.indexOf(level) >= AUDIT_LEVELS.indexOf(floor);

const texts = z
  .array(z.string())
  .nullish()
  .transform(list => list ?? []);
const stages = z
  .array(z.enum(STAGES, `expected stages, of ${STAGES.join(', ')}`))
  .nullish()
  .transform(list => list ?? []);

const url = z
  .string()
  .regex(/^(\*|\/[^*]*\*?)$/, 'expected a path that begins with / and has a * at its end alone, or just *');

const GroupResources = z.strictObject({
  group: z
    .string()
    .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/, "expected an API group without its version; '' is the core group")
    .nullish()
    .transform(group => group ?? ''),
  resources: texts,
  resourceNames: texts,
});

const PolicyRule = z
  .strictObject({
    level: z.enum(AUDIT_LEVELS, `expected one of ${AUDIT_LEVELS.join(', ')}`),
    users: texts,
    userGroups: texts,
    verbs: texts,
    resources: z
      .array(GroupResources)
      .nullish()
      .transform(list => list ?? []),
    namespaces: texts,
    nonResourceURLs: z
      .array(url)
      .nullish()
      .transform(list => list ?? []),
    omitStages: stages,
    omitManagedFields: z.boolean().nullish(),
  })
  .refine(
    ({ nonResourceURLs, resources, namespaces }) =>
      nonResourceURLs.length === 0 || resources.length + namespaces.length === 0,
    {
      error: 'speaks of resources and of other URLs at once; make two rules of it',
    },
  )
  .refine(({ resources }) => resources.every(one => one.resourceNames.length === 0 || one.resources.length > 0), {
    error: 'names objects by resourceNames without their resources; say resources too',
  });

const PolicyFile = z.looseObject({
  apiVersion: z.string().regex(/^audit\.k8s\.io\/v1(beta1|alpha1)?$/, 'expected audit.k8s.io/v1'),
  kind: z.literal('Policy', 'expected Policy'),
  omitStages: stages,
  rules: z.array(PolicyRule).min(1, 'holds no rule; an API server refuses such a policy'),
});

export type PolicyRule = z.output<typeof PolicyRule>;

/** An audit policy; `lines` are those on which its rules begin, from 1. */
export type Policy = {
  readonly file: string;
  readonly omitStages: readonly Stage[];
  readonly rules: readonly PolicyRule[];
  readonly lines: readonly number[];
};

/**
 * Reads an audit policy. Source: audit.k8s.io/v1 `Policy`, and what the API server's own validation refuses.
 * Throws POLICY naming file, line and column.
 */
export function parsePolicy(text: string, file: string): Policy {
  const source = new YamlSource(text, file, 'POLICY');
  const [document, another] = source.documents;
  if (document === undefined)
    throw source.fault(undefined, 'the file is empty; a policy has apiVersion, kind and rules');
  if (another !== undefined) throw source.fault(another.map, 'one policy a file');
  const result = PolicyFile.safeParse(document.value);
  if (!result.success) throw source.refusal(document, result.error, 'docs/policy.md');
  const nodes = document.map.get('rules', true);
  const lines = isSeq(nodes) ? nodes.items.map(node => (isMap(node) ? source.line(node) : 0)) : [];
  return { file, omitStages: result.data.omitStages, rules: result.data.rules, lines };
}
