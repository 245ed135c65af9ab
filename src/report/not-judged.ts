import { printable } from './escape.ts';

type Dataset = 'kubernetes.audit_logs' | 'etcd.audit_logs' | 'json';

type NotJudged = {
  readonly rule: string;
  readonly dataset: Dataset;
  readonly reason: 'silent' | 'lost' | 'uncovered' | 'full';
  readonly matches: number;
};

/** What rules over several events left open, a line for each reason. `datasets`: those of which there was anything. */
export function notJudgedLines(found: readonly NotJudged[], datasets: readonly Dataset[]): readonly string[] {
  const byReason = new Map<string, NotJudged[]>();
  for (const one of found) {
    const why = whyNot(one, datasets);
    byReason.set(why, [...(byReason.get(why) ?? []), one]);
  }
  return [...byReason].map(([why, rules]) => {
    const matches = rules.reduce((sum, one) => sum + one.matches, 0);
    const each = rules.map(({ rule, matches: count }) => `${count} of "${printable(rule)}"`).join(', ');
    return `${matches} ${matches === 1 ? 'match was' : 'matches were'} not judged, since ${why}: ${each}`;
  });
}

const NAMES: Readonly<Record<Dataset, string>> = {
  'kubernetes.audit_logs': 'audit log',
  'etcd.audit_logs': 'etcd log',
  json: 'log',
};

const WHY: Readonly<Record<NotJudged['reason'], (name: string) => string>> = {
  silent: name => `the ${name} ends before`,
  lost: name => `the ${name} begins later or misses what was then`,
  uncovered: name => `the ${name} tells nothing of objects of their kind, which an audit policy may leave out`,
  full: name => `more of the ${name} had to be held than there is room for`,
};

const whyNot = ({ dataset, reason }: NotJudged, datasets: readonly Dataset[]): string =>
  datasets.includes(dataset) ? WHY[reason](NAMES[dataset]) : `there is no ${NAMES[dataset]}`;
