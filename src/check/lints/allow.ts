import { ALL_KINDS, type Lint, OURS } from '../lint.ts';

/** What the check itself finds of allowances, when all lints have spoken. */
const afterwards = (lint: Omit<Lint, 'find' | 'kinds' | 'section'>): Lint => ({
  kinds: ALL_KINDS,
  section: OURS,
  find: () => [],
  ...lint,
});

export const ALLOW_LINTS: readonly Lint[] = [
  afterwards({
    name: 'allow-malformed',
    severity: 'error',
    reason: 'Who opts out of a lint says of which and why.',
    fix: 'write allow: [{lint: …, reason: …}], or # keywarden-allow LINT: reason',
  }),
  afterwards({
    name: 'allow-unknown',
    severity: 'error',
    reason: 'A lint that there is not cannot be opted out of.',
    fix: 'write one of those of keywarden rules check --list',
  }),
  afterwards({
    name: 'allow-unused',
    severity: 'warning',
    reason: 'An opt-out that is no longer needed hides the next mistake.',
    fix: 'take it out',
  }),
  afterwards({
    name: 'rule-refused',
    severity: 'error',
    reason: 'A rule that the engine cannot use is not evaluated.',
    fix: 'mend what the message says',
  }),
];
