/** ATT&CK's tactics as Sigma's tags write them, those of v19 among them. Source: Sigma tags 2.1; attack.mitre.org. */
export const TACTICS: readonly string[] = [
  ...['reconnaissance', 'resource-development', 'initial-access', 'execution', 'persistence', 'privilege-escalation'],
  ...['defense-evasion', 'stealth', 'defense-impairment', 'credential-access', 'discovery', 'lateral-movement'],
  ...['collection', 'command-and-control', 'exfiltration', 'impact'],
];
