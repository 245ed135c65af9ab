import { check } from '../../../src/check/check.ts';
import { type ReadFile, readFile, type SourceFile } from '../../../src/check/document.ts';
import type { Finding } from '../../../src/check/finding.ts';
import { checkedFiles } from '../../../src/pipeline/checked-files.ts';

export const NOW = new Date('2026-11-24T12:00:00Z');

/** A document in which nothing is found, and what is changed in it. `§` marks where the finding begins; without one it is the first key. */
export type Case = readonly [lint: string, from: string, to: string, nearMiss?: string];

/** Cases of one kind of document. */
export type Cases = { readonly file: string; readonly base: string; readonly cases: readonly Case[] };

export const RULE = `title: A Secret was read by hand
id: 0f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77
name: secret_read
status: experimental
description: Somebody read a Secret.
license: Apache-2.0
references:
  - https://example.com/a
author: somebody
date: 2026-11-01
modified: 2026-11-20
tags:
  - attack.credential-access
  - attack.t1552.007
logsource:
  product: kubernetes
  service: audit
detection:
  selection:
    verb: get
    objectRef.resource: secrets
  known:
    user.name|expand: '%known_users%'
  condition: selection and not known
falsepositives:
  - An administrator at work.
level: high
keywarden:
  group: [user.name]
  message: '{user.name} read {objectRef.name}'
  look_first: Look first at who read it.
`;

export const ETCD_RULE = RULE.replace('product: kubernetes', 'product: etcd')
  .replace('service: audit', 'service: server')
  .replace('verb: get', 'etcd.line: request')
  .replace('objectRef.resource: secrets', 'etcd.operation: read')
  .replace('{objectRef.name}', '{etcd.key}');

export const CORRELATION = `title: Many Secrets were read
id: 1f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77
status: experimental
description: Somebody read many Secrets.
author: somebody
date: 2026-11-01
tags:
  - attack.credential-access
  - attack.t1552.007
correlation:
  type: event_count
  rules:
    - other_rule
  group-by:
    - user.name
  timespan: 5m
  condition:
    gte: 10
falsepositives:
  - A backup.
level: high
generate: true
`;

export const FILTER = `title: What the backup reads
id: 2f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77
description: The backup reads every Secret at night.
logsource:
  product: kubernetes
  service: audit
filter:
  rules:
    - other_rule
  selection:
    user.name: backup
  condition: not selection
`;

export const EVENT_FILTER = `filter: probes
description: Nobody misses probes that were answered well.
logsource:
  product: kubernetes
  service: audit
action: sample
rate: 0.01
detection:
  selection:
    verb: get
  condition: selection
`;

export const LIST = `list: backup_users
description: Who makes backups.
owner: platform team
entries:
  - value: backup
    reason: reads every Secret at night
  - value: alice
    reason: on call
    expires: 2027-06-30
`;

export const EXAMPLES = `match:
  - name: a user reads a Secret
    record: {"verb": "get"}
no_match:
  - name: the backup reads it
    record: {"verb": "get"}
`;

const OTHER_ID = '9f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77';

/** What is known beside the document that is checked. */
export const BESIDE: readonly ReadFile[] = [
  { file: 'secret-read.yml', text: RULE },
  { file: 'secret-read.examples.yml', text: EXAMPLES },
  { file: 'many-secrets.examples.yml', text: EXAMPLES },
  { file: 'other-rule.yml', text: otherRule() },
  { file: 'lists/known-users.yml', text: LIST.replace('backup_users', 'known_users') },
  { file: 'lists/nobody.yml', text: 'list: nobody\ndescription: Nobody.\nowner: platform team\nentries: []\n' },
].map(readFile);

const { resolver } = checkedFiles(['rules/fields'], []);

function otherRule(): string {
  return RULE.replace('title: A Secret was read by hand', 'title: The other rule')
    .replace(/^id: .*$/m, `id: ${OTHER_ID}`)
    .replace('name: secret_read', 'name: other_rule')
    .replace("'%known_users%'", "['%known_users%', '%backup_users%']");
}

/** What is found in files. */
export const findings = (files: readonly SourceFile[], beside: readonly ReadFile[] = BESIDE): readonly Finding[] =>
  check(files, { beside, resolver, now: NOW });

/** What is found in one file, which takes the place of one of its name. */
export const findingsIn = (text: string, file: string): readonly Finding[] =>
  findings(
    [{ file, text }],
    BESIDE.filter(other => other.file !== file),
  );

/** The text with the mark taken out, and the line and column where it stood. */
export function unmarked(text: string): { readonly text: string; readonly place: string } {
  const at = text.indexOf('§');
  if (at < 0) return { text, place: '1:1' };
  const before = text.slice(0, at).split('\n');
  return { text: text.replace('§', ''), place: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}` };
}

/** The base with one thing changed. */
export function changed(base: string, from: string, to: string): string {
  if (!base.includes(from)) throw new Error(`the document has no ${from}`);
  return base.replace(from, () => to);
}
