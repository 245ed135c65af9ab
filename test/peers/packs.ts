import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { createEngine } from '../../src/detect/engine.ts';
import type { Event } from '../../src/model/event.ts';
import { eventsOf } from '../../src/pipeline/example-events.ts';
import { exampleReader } from '../../src/pipeline/examples.ts';
import { loadRules, type RuleSet } from '../../src/pipeline/rules.ts';
import type { CompiledRule } from '../../src/sigma/compile.ts';
import { quotedPattern } from '../../src/sigma/pattern.ts';
import { RECORDED } from '../fixtures/recorded.ts';
import { normalized } from '../unit/normalize/support.ts';

const IPV4_BITS = 32;
const IPV6_BITS = 128;
const NOW = new Date('2026-11-24');

/** Rules and events, told to the peer and evaluated by Keywarden. */
export type Pack = {
  readonly name: string;
  readonly rules: readonly string[];
  readonly events: readonly object[];
  /** The lines of the events on which Keywarden's rule holds. */
  readonly found: ReadonlyMap<string, readonly number[]>;
  /** Evaluates every event once, as the peer does. */
  readonly evaluate: () => void;
};

/** The shipped rules over every recorded event and every example, by log. */
export function shippedPacks(): readonly Pack[] {
  const set = loadRules({ rules: undefined, lists: undefined, now: NOW });
  const examplesOf = exampleReader();
  const written = set.rules
    .flatMap(({ rule }) => examplesOf(rule).examples)
    .flatMap(({ match, no_match: nearMisses }) => [...match, ...nearMisses])
    .flatMap(example => eventsOf(example).events);
  const events = [...written, ...RECORDED.flatMap(record => normalized(record).events)];
  return (['kubernetes', 'etcd'] as const).map(product => {
    const rules = set.rules.filter(({ rule }) => rule.logsource.product === product);
    const judged = events.filter(event => event.judged && event.dataset.startsWith(product));
    return {
      name: `shipped rules, ${product}`,
      rules: rules.map(({ rule }) => stockRule(rule.file, set.lists)),
      events: judged.map(stockEvent),
      ...evaluated(rules, judged),
    };
  });
}

/** What Keywarden finds, and how to find it again. */
export function evaluated(
  rules: readonly CompiledRule[],
  events: readonly Pick<Event, 'dataset' | 'document'>[],
): Pick<Pack, 'found' | 'evaluate'> {
  const { match } = createEngine(rules);
  const found = new Map<string, number[]>();
  for (const [n, event] of events.entries()) {
    for (const { rule } of match(event as Event)) found.set(rule.id, [...(found.get(rule.id) ?? []), n]);
  }
  return {
    found,
    evaluate: () => {
      for (const event of events) match(event as Event);
    },
  };
}

/** A shipped rule with its lists written out, since a stock tool has none of them. */
function stockRule(file: string, lists: RuleSet['lists']): string {
  const { keywarden: _, ...rule } = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return stringify({ ...rule, detection: expanded(rule['detection'], lists) });
}

function expanded(value: unknown, lists: RuleSet['lists']): unknown {
  if (Array.isArray(value)) return value.map(one => expanded(one, lists));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key.includes('|expand')
        ? [key.replace('|expand', ''), entriesOf(inner, key, lists)]
        : [key, expanded(inner, lists)],
    ),
  );
}

function entriesOf(placeholders: unknown, key: string, lists: RuleSet['lists']): readonly string[] {
  const names = [placeholders].flat().map(name => String(name).replaceAll('%', ''));
  const values = names.flatMap(name => lists.get(name)?.entries.map(entry => entry.value) ?? []);
  return values.map(key.includes('|cidr') ? networkOf : quotedPattern);
}

/** rsigma takes no bare address for a network. */
const networkOf = (value: string): string =>
  value.includes('/') ? value : `${value}/${value.includes(':') ? IPV6_BITS : IPV4_BITS}`;

/** The ECS document with the audit event's own fields beside, as they are called in rules. */
export function stockEvent({ document }: Pick<Event, 'document'>): object {
  const { kubernetes, ...ecs } = document;
  const { annotations = {}, user = {}, ...audit } = (kubernetes?.audit ?? {}) as Record<string, object>;
  const flat = Object.entries(annotations).map(([name, value]) => [`annotations.${name.replaceAll('_', '.')}`, value]);
  return { ...audit, ...ecs, user: { ...user, ...ecs.user }, ...Object.fromEntries(flat) };
}
