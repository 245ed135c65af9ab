import { z } from 'zod';
import type { DeadLetter } from '../model/deadletter.ts';

/** Characters of a reason that are kept: a letter may have been written by anybody who reaches the topic. */
const MAX_REASON = 1_000;

const whole = z.int().min(0);
const OriginOf = z.union([
  z.object({
    topic: z.string().regex(/^[\w.-]{1,249}$/),
    partition: whole.max(2 ** 31 - 1),
    offset: whole,
    item: whole.optional(),
  }),
  z.object({ file: z.string().max(4_096), line: whole, item: whole.optional() }),
]);
const Letter = z.object({
  '@timestamp': z.string().max(40),
  stage: z.enum(['normalize', 'deliver']),
  reason: z.string().transform(text => text.slice(0, MAX_REASON)),
  origin: OriginOf,
  sha256: z.string().regex(/^[\da-f]{64}$/),
  size: whole,
  /** A list of letters tells only whether there is something sealed. */
  sealed: z.string().optional().catch(undefined),
  unsealed: z.string().max(MAX_REASON).optional(),
});

/** A dead letter of its JSON; undefined where the text is none. */
export function letterOf(text: string): DeadLetter | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const checked = Letter.safeParse(value);
  return checked.success ? (checked.data as DeadLetter) : undefined;
}
