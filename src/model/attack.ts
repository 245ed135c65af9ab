/** Versions of MITRE ATT&CK whose ids are written; those of both are understood in the tags of rules. */
export const ATTACK_VERSIONS = ['18', '19'] as const;
export type AttackVersion = (typeof ATTACK_VERSIONS)[number];

/**
 * Techniques that v19 (April 2026) revoked, and what stands in their place: T1562 "Impair Defenses" became a tactic of its
 * own. Source: the revoked-by relationships of MITRE's enterprise-attack 19.2.
 */
const RENAMED: readonly (readonly [v18: string, v19: string])[] = [
  ['T1562.001', 'T1685'],
  ['T1562', 'T1685'],
  ['T1562.006', 'T1685'],
  ['T1562.002', 'T1685.001'],
  ['T1562.008', 'T1685.002'],
  ['T1562.011', 'T1685.003'],
  ['T1562.012', 'T1685.004'],
  ['T1070.001', 'T1685.005'],
  ['T1070.002', 'T1685.006'],
  ['T1562.004', 'T1686'],
  ['T1562.007', 'T1686.001'],
  ['T1562.013', 'T1686.002'],
  ['T1562.009', 'T1688'],
  ['T1562.010', 'T1689'],
  ['T1562.003', 'T1690'],
  ['T1656', 'T1684.001'],
  ['T1672', 'T1684.002'],
];

const TO_19: ReadonlyMap<string, string> = new Map(RENAMED);
/** Where v19 has one id for several of v18, the one that bears its name stands first above. */
const TO_18: ReadonlyMap<string, string> = new Map(RENAMED.toReversed().map(([v18, v19]) => [v19, v18]));

/** The id that a version has for a technique, whichever version the given one is of. */
export const techniqueIn = (version: AttackVersion, id: string): string =>
  (version === '19' ? TO_19 : TO_18).get(id) ?? id;

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/i;

/** The techniques among a rule's tags, in capitals, as they are written. */
export const techniquesOf = (tags: readonly string[]): readonly string[] =>
  tags.flatMap(tag => TECHNIQUE.exec(tag)?.[1]?.toUpperCase() ?? []);
