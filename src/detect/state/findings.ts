import type { Alert, Silenced } from '../../model/alert.ts';
import { identifyAlert } from '../../model/identity.ts';
import type { Signal, Witness } from '../../model/signal.ts';
import { draftOf, keyOf } from '../alert.ts';
import type { Finding } from './evaluator.ts';

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** What tells the case of a finding from all others. */
export const keyOfFinding = ({ program: { rule }, cluster, group }: Finding, silenced?: Silenced): string =>
  keyOf(rule, cluster === '' ? undefined : cluster, group, silenced);

/** The id of the alert that the finding opens, if it does: it depends on the case and on the request of its maker. */
export const idOfFinding = (key: string, { maker }: Finding): string => identifyAlert(key, maker.request);

/** The alert that the finding would open. Its evidence is that of the last signal. */
export function alertOfFinding(finding: Finding, id: string, key: string, silenced: Silenced | undefined): Alert {
  const { program, group } = finding;
  const witness = witnessOf(finding);
  return draftOf(
    { rule: program.rule, id, key, group, silenced },
    { ...witness, message: messageOf(finding, witness) },
  );
}

/** The signals of a finding that an alert can tell of. */
export const witnesses = (evidence: readonly Signal[]): readonly (Signal & { readonly witness: Witness })[] =>
  evidence.flatMap(signal => (signal.witness === undefined ? [] : [{ ...signal, witness: signal.witness }]));

function witnessOf({ maker, evidence }: Finding): Witness {
  const found = maker.witness ?? witnesses(evidence).at(-1)?.witness;
  if (found !== undefined) return found;
  const timestamp = new Date(maker.at).toISOString();
  const { id, dataset } = maker;
  const unknown = { event_id: id, timestamp, dataset, origin: { file: 'unknown', line: 0 }, message: 'unknown' };
  return { message: 'unknown', evidence: unknown, subject: {} };
}

/** Of a rule with a detection of its own the match has said it already. */
function messageOf(finding: Finding, { message }: Witness): string {
  const { program, maker, group, value } = finding;
  if (program.kind !== 'correlation') return message;
  const template = program.rule.keywarden?.message;
  if (template === undefined) return `${program.rule.title}: ${message}`;
  const fields: Readonly<Record<string, string>> = { ...maker.fields, ...group };
  return template.replace(PLACEHOLDER, (_, name: string) =>
    name === 'count' ? String(value ?? finding.window?.count ?? finding.evidence.length) : (fields[name] ?? 'unknown'),
  );
}
