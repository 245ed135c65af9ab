import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRecord } from './events.ts';
import { seeded } from './random.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** Two rules, `list` and `delete`, for others to count. */
export const LISTS_AND_DELETIONS = `title: A list
id: 11111111-1111-4111-8111-111111111111
name: list
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: list }, condition: s }
falsepositives: [none]
---
title: A deletion
id: 22222222-2222-4222-8222-222222222222
name: delete
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: delete }, condition: s }
falsepositives: [none]
`;

/** Rules of more than one event: counts by user, and a chain of one of them and another rule. */
export const CORRELATIONS = join(mkdtempSync(join(tmpdir(), 'keywarden-rules-')), 'rules.yml');
writeFileSync(
  CORRELATIONS,
  `${LISTS_AND_DELETIONS}---
title: Many lists
id: 33333333-3333-4333-8333-333333333333
name: many_lists
level: medium
correlation:
  type: event_count
  rules: [list]
  group-by: [user.name]
  timespan: 30s
  condition: { gte: 5 }
  generate: false
falsepositives: [none]
keywarden: { message: '{user.name} listed {count} times', look_first: Look at the user., suppress: 60s }
---
title: Many deletions
id: 66666666-6666-4666-8666-666666666666
level: medium
correlation:
  type: event_count
  rules: [delete]
  group-by: [user.name]
  timespan: 5m
  condition: { gte: 3 }
falsepositives: [none]
keywarden: { message: '{user.name} deleted {count} times', look_first: Look at the user., suppress: 60s }
---
title: Lists, then a deletion
id: 44444444-4444-4444-8444-444444444444
level: high
correlation:
  type: temporal_ordered
  rules: [many_lists, delete]
  group-by: [user.name]
  timespan: 60s
  generate: false
falsepositives: [none]
keywarden: { message: '{user.name} deleted after lists', look_first: Look at the user., suppress: 60s }
`,
);

/** When the event of that number is, without the disorder; after each two thousand, two minutes pass. */
export const timeOf = (n: number): number => START + n * 200 + Math.floor(n / 2_000) * 120_000;

/** In which events are disordered, in milliseconds. */
const DISORDER_MS = 1_500;

/** A rule that finds deletions before which the user has listed nothing for a while; beside `CORRELATIONS`. */
export const WITHOUT = join(mkdtempSync(join(tmpdir(), 'keywarden-rules-')), 'rules.yml');
writeFileSync(
  WITHOUT,
  `title: A deletion without a list
id: 77777777-7777-4777-8777-777777777777
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: delete }, condition: s }
falsepositives: [none]
keywarden:
  group: [user.name]
  message: '{user.name} deleted and had listed nothing'
  look_first: Look at the user.
  suppress: 60s
  without:
    within: 5s
    when: before
    rules: [{ rule: list, by: [user.name] }]
`,
);

/** Events `from` to `from + count - 1`, a fifth of a second apart and out of order, of fifty users and some guests; one in twenty is a deletion. */
export function activity(count: number, from = 0): readonly string[] {
  const random = seeded(from);
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const at = new Date(timeOf(n) - Math.floor(random() * DISORDER_MS)).toISOString();
    return JSON.stringify({
      ...(JSON.parse(auditRecord(n)) as object),
      verb: random() < 0.05 ? 'delete' : 'list',
      user: { username: n % 200 === 199 ? `guest-${Math.floor(n / 600)}` : `user-${Math.floor(random() ** 2 * 50)}` },
      requestReceivedTimestamp: at,
      stageTimestamp: at,
    });
  });
}

/** A rule that finds users who were never seen. */
export const FIRST_SEEN = join(mkdtempSync(join(tmpdir(), 'keywarden-rules-')), 'rules.yml');
writeFileSync(
  FIRST_SEEN,
  `title: A new user
id: 55555555-5555-4555-8555-555555555555
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: list }, condition: s }
falsepositives: [none]
keywarden:
  group: [user.name]
  message: '{user.name} was never seen before'
  look_first: Look at the user.
  suppress: 60s
  first_seen: { fields: [user.name], learn: 1m, remember: 30d }
`,
);

/** A list by that user, `seconds` after the beginning. */
export function listBy(user: string, seconds: number): string {
  const at = new Date(START + seconds * 1_000).toISOString();
  return JSON.stringify({
    ...(JSON.parse(auditRecord(seconds)) as object),
    user: { username: user },
    requestReceivedTimestamp: at,
    stageTimestamp: at,
  });
}

/** The same moment in milliseconds since 1970. */
export const momentOf = (seconds: number): number => START + seconds * 1_000;

/** A rule of one event: matches of a user are one alert for a time. */
export const SINGLE = join(mkdtempSync(join(tmpdir(), 'keywarden-rules-')), 'rules.yml');
writeFileSync(
  SINGLE,
  `title: A deletion that is told
id: 88888888-8888-4888-8888-888888888888
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: delete }, condition: s }
falsepositives: [none]
keywarden:
  group: [user.name]
  message: '{user.name} deleted'
  look_first: Look at the user.
  suppress: 10s
`,
);
