import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { alertOf } from '../../src/detect/alert.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { atLeast, type Level } from '../../src/model/alert.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { normalizedAll } from '../unit/normalize/support.ts';

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
  const { rules } = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-23') });
  const engine = createEngine(rules);
  return (['audit', 'etcd'] as const).flatMap(log =>
    normalizedAll(linesOf(LOGS[log]))
      .events.filter(event => event.judged)
      .flatMap(event =>
        engine.match(event).map(match => ({
          log,
          line: 'file' in event.origin ? event.origin.line : 0,
          level: match.rule.level,
          rule: basename(match.rule.file, '.yml'),
          message: alertOf(match, event, 'request').message,
        })),
      )
      .filter(({ level }) => atLeast(level, 'low')),
  );
}

export const isWithin = ({ log, line: at }: Found, scenario: Scenario): boolean =>
  at >= scenario[`${log}_first`] && at <= scenario[`${log}_last`];

export function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
