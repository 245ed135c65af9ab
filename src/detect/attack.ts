import type { Threat } from '../model/alert.ts';
import { techniquesOf } from '../model/attack.ts';

/** MITRE ATT&CK tactics by the name that Sigma tags use (attack.<name>). Source: attack.mitre.org, Enterprise v18 and v19, which parted Defense Evasion into Stealth, under its id, and Defense Impairment. */
const TACTICS: Readonly<Record<string, { readonly id: string; readonly name: string }>> = {
  reconnaissance: { id: 'TA0043', name: 'Reconnaissance' },
  'resource-development': { id: 'TA0042', name: 'Resource Development' },
  'initial-access': { id: 'TA0001', name: 'Initial Access' },
  execution: { id: 'TA0002', name: 'Execution' },
  persistence: { id: 'TA0003', name: 'Persistence' },
  'privilege-escalation': { id: 'TA0004', name: 'Privilege Escalation' },
  'defense-evasion': { id: 'TA0005', name: 'Defense Evasion' },
  stealth: { id: 'TA0005', name: 'Stealth' },
  'defense-impairment': { id: 'TA0112', name: 'Defense Impairment' },
  'credential-access': { id: 'TA0006', name: 'Credential Access' },
  discovery: { id: 'TA0007', name: 'Discovery' },
  'lateral-movement': { id: 'TA0008', name: 'Lateral Movement' },
  collection: { id: 'TA0009', name: 'Collection' },
  'command-and-control': { id: 'TA0011', name: 'Command and Control' },
  exfiltration: { id: 'TA0010', name: 'Exfiltration' },
  impact: { id: 'TA0040', name: 'Impact' },
};

const PREFIX = 'attack.';

/** The ECS `threat` of a rule's tags: an entry a tactic, each with all techniques, since tags do not say which belongs to which. */
export function threatOf(tags: readonly string[]): readonly Threat[] | undefined {
  const techniques = techniquesOf(tags).map(id => ({ id }));
  const tactics = tags
    .filter(tag => tag.startsWith(PREFIX))
    .flatMap(tag => TACTICS[tag.slice(PREFIX.length).replaceAll('_', '-')] ?? []);
  const technique = techniques.length === 0 ? {} : { technique: techniques };
  if (tactics.length > 0) return tactics.map(tactic => ({ framework: 'MITRE ATT&CK', tactic, ...technique }));
  return techniques.length === 0 ? undefined : [{ framework: 'MITRE ATT&CK', ...technique }];
}
