import type { Rule } from './rule.ts';

type Logsource = Rule['logsource'];

const ATTRIBUTES = ['category', 'product', 'service'] as const;

/**
 * Whether a rule speaks of a log: of its product, and of no other category or service. A rule that leaves one open
 * means all there are. Source: Sigma rules specification 2.1, "LogSource".
 */
export const speaksOf = (rule: Logsource, log: Logsource): boolean =>
  same(rule.product, log.product) &&
  ATTRIBUTES.every(name => rule[name] === undefined || log[name] === undefined || same(rule[name], log[name]));

const same = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase();
