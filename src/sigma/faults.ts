/** What is wrong with a value or a modifier; the caller knows where it stands. */
export class MatcherFault extends Error {}

/** What is wrong with a condition; the caller knows where it stands. */
export class ConditionFault extends Error {}
