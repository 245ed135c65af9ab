import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../../src/detect/engine.ts';
import type { Event } from '../../../src/model/event.ts';
import { loadRules, type RuleSet } from '../../../src/pipeline/rules.ts';
import { RECORDED } from '../../fixtures/recorded.ts';
import { normalized } from '../../unit/normalize/support.ts';
import { generatedRules } from './generate.ts';

const MANY = 1_000;
const FEW = 20;
const LOADS = 5;
const ROUNDS = 9;
const CHUNK = 64;

const LOGS = ['kubernetes.audit_logs', 'etcd.audit_logs'] as const;

export type Cost = {
  readonly log: string;
  readonly events: number;
  /** Microseconds of CPU an event, the median of all rounds. */
  readonly few: number;
  readonly many: number;
  readonly ratio: number;
};

export type Measured = {
  /** Milliseconds of CPU from files to an engine: the first time, as at a start, and the median of the others, as when rules are read anew. */
  readonly load: { readonly first: number; readonly again: number };
  readonly costs: readonly Cost[];
};

/**
 * Measures what 1,000 rules cost an event over what 20 do: the mean of the fifty twenties of which the thousand is made, so
 * that both have the same shapes. The two take turns in every round, since the machine's pace changes while it measures.
 */
export function measureRules(): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-bench-'));
  try {
    for (const [n, text] of generatedRules(MANY).entries()) writeFileSync(join(folder, `generated-${n}.yml`), text);
    const load = Array.from({ length: LOADS }, () => timed(() => createEngine(loaded(folder).rules)));
    const { rules } = loaded(folder);
    const large = createEngine(rules);
    const small = Array.from({ length: MANY / FEW }, (_, n) => createEngine(rules.slice(n * FEW, (n + 1) * FEW)));
    const events = RECORDED.flatMap(line => normalized(line).events).filter(({ judged }) => judged);
    return {
      load: { first: load[0] ?? Number.NaN, again: median(load.slice(1)) },
      costs: LOGS.map(log =>
        costOf(
          log,
          events.filter(({ dataset }) => dataset === log),
          small,
          large,
        ),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function loaded(folder: string): RuleSet {
  const set = loadRules({ rules: [folder], lists: undefined, now: new Date() });
  if (set.rules.length !== MANY) throw new Error(`${set.rules.length} rules: ${set.faults[0]?.message}`);
  return set;
}

function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function costOf(log: string, events: readonly Event[], small: readonly Engine[], large: Engine): Cost {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => round(events, small, large)).slice(1);
  const [few, many] = [median(rounds.map(one => one.few)), median(rounds.map(one => one.many))];
  return { log, events: events.length, few, many, ratio: median(rounds.map(one => one.many / one.few)) };
}

/** Some events at a time, so that they are in the processor's cache as they are when they have just been normalised. */
function round(events: readonly Event[], small: readonly Engine[], large: Engine): Pick<Cost, 'few' | 'many'> {
  const cpu = { few: 0, many: 0 };
  for (let start = 0; start < events.length; start += CHUNK) {
    const some = events.slice(start, start + CHUNK);
    cpu.few += cpuOf(small, some);
    cpu.many += cpuOf(Array(small.length).fill(large), some);
  }
  const evaluated = events.length * small.length;
  return { few: cpu.few / evaluated, many: cpu.many / evaluated };
}

/** Microseconds of CPU. */
function cpuOf(engines: readonly Engine[], events: readonly Event[]): number {
  const before = process.cpuUsage();
  for (const { match } of engines) for (const event of events) match(event);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
