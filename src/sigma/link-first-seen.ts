import { durationMs } from '../model/duration.ts';
import type { InForce } from './directory.ts';
import type { FirstSeen } from './extension.ts';
import { toldFields } from './link-fields.ts';
import type { FirstSeenProgram } from './program.ts';

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
    learnMs: durationMs(learn),
    rememberMs,
  };
}
