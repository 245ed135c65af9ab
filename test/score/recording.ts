import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { atLeast, type Level } from '../../src/model/alert.ts';
import type { Event } from '../../src/model/event.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { normalizedAt } from '../unit/normalize/support.ts';
import { toldOf } from './told.ts';

const line = z.number().int();

/** What was done to the recorded control plane, and between which lines of its logs (from 1, inclusive) it shows. */
const Scenario = z.object({
  id: z.string(),
  class: z.enum(['benign', 'attack', 'bypass']),
  actor: z.string(),
  description: z.string(),
  audit_first: line,
  audit_last: line,
  etcd_first: line,
  etcd_last: line,
});
export type Scenario = z.output<typeof Scenario>;

export const LOGS = { audit: 'deploy/sample/kube-apiserver-audit.jsonl', etcd: 'deploy/sample/etcd.jsonl' } as const;
type Log = keyof typeof LOGS;
const LOG_NAMES = ['audit', 'etcd'] as const satisfies readonly Log[];

/** `rule` is the name of its file. */
export type Found = {
  readonly log: Log;
  readonly line: number;
  readonly level: Level;
  readonly rule: string;
  readonly message: string;
};

export const scenarios: readonly Scenario[] = linesOf('deploy/sample/scenarios.jsonl').map(text =>
  Scenario.parse(JSON.parse(text)),
);

/** What the shipped rules say of the recorded control plane, above informational. */
export function found(): readonly Found[] {
  const set = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-23') });
  return toldOf(set, LOG_NAMES.flatMap(eventsOf))
    .map(({ rule, message, origin }) => {
      if (!('file' in origin)) throw new Error(`${rule.title} tells of no line`);
      const log = origin.file === LOGS.etcd ? 'etcd' : 'audit';
      return { log, line: origin.line, level: rule.level, rule: basename(rule.file, '.yml'), message } as const;
    })
    .filter(({ level }) => atLeast(level, 'low'));
}

const eventsOf = (log: Log): readonly Event[] =>
  normalizedAt(linesOf(LOGS[log]).map((record, i) => ({ record, origin: { file: LOGS[log], line: i + 1 } }))).events;

export const isWithin = ({ log, line: at }: Found, scenario: Scenario): boolean =>
  at >= scenario[`${log}_first`] && at <= scenario[`${log}_last`];

export function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
