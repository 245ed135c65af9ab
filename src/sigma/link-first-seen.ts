import { durationMs } from '../model/duration.ts';
import { identify } from '../model/identity.ts';
import { detectionContent } from './content.ts';
import type { InForce } from './directory.ts';
import type { FirstSeen } from './extension.ts';
import { toldFields } from './link-fields.ts';
import type { FirstSeenProgram } from './program.ts';

/** Characters that tell what a rule looked for before from what it does now: 48 bits. */
const HASH_LENGTH = 8;

/** A rule whose matches count where the values of its fields are new. */
export function firstSeenOf({ source, compiled }: InForce, { fields, learn, remember }: FirstSeen): FirstSeenProgram {
  const { rule } = source;
  const rememberMs = durationMs(remember);
  return {
    kind: 'first-seen',
    rule,
    // What is learnt when depends on the cluster's first match, so one place takes all of them.
    inputs: [
      {
        compiled,
        shard: [],
        absent: 'left-out',
        fields: [...new Set([...fields, ...toldFields(rule)])],
        isEvidence: true,
      },
    ],
    spanMs: rememberMs,
    fields,
    // Neither filters nor lists: who tunes a rule does not want it to begin anew.
    looksFor: identify(JSON.stringify([fields, rule.logsource, detectionContent(source)])).slice(0, HASH_LENGTH),
    learnMs: durationMs(learn),
    rememberMs,
  };
}
