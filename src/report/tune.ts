import type { Origin } from '../model/record.ts';
import { printable } from './escape.ts';
import { place } from './place.ts';

type Marked = { readonly place: string };
type Named = { readonly origin: Origin };
type Field = { readonly field: string; readonly trust: string; readonly values: readonly string[] };

/** A proposal and what running it has shown, as far as it is told. */
export type ProposalRow = {
  readonly proposal: {
    readonly kind: 'filter' | 'list';
    readonly list?: string;
    readonly fields: readonly Field[];
    readonly yaml: string;
  };
  readonly proof: {
    readonly falseGone: number;
    readonly falseLeft: readonly Named[];
    readonly trueKept: number;
    readonly trueLost: readonly Named[];
    readonly unmarkedGone: readonly Named[];
    readonly examplesKept: number;
    readonly examplesLost: readonly string[];
    readonly alsoFor: readonly string[];
  };
};

export type TuningRow = {
  readonly title: string;
  readonly id: string;
  readonly marked: {
    readonly false: number;
    readonly true: number;
    readonly unmarked: number;
    readonly both: readonly Marked[];
    readonly missing: readonly Marked[];
  };
  readonly best: ProposalRow | undefined;
  readonly failed: readonly ProposalRow[];
  readonly variety: readonly (readonly [field: string, values: number])[];
};

const MAX_NAMED = 5;

/** What is proposed for one rule, with the proof; or why there is nothing to propose. */
export function tuningText({ title, id, marked, best, failed, variety }: TuningRow): string {
  const heading = `${printable(title)}\n  ${id}\n`;
  const aside = setAside(marked);
  if (best === undefined)
    return `${heading}${aside}\nNothing narrow stops these alerts.\n${whyNot(marked, failed, variety)}`;
  return `${heading}${aside}\n${whatText(best)}\n${indentedText(best.proposal.yaml)}\n${proofText(best, marked)}`;
}

/** Alerts that prove nothing: those that are marked both ways, those that were not found. */
const setAside = ({ both, missing }: TuningRow['marked']): string =>
  markedText('marked both ways, so taken for true', both) +
  markedText('not proven, since their events are not in these logs or no longer alert', missing);

function markedText(what: string, alerts: readonly Marked[]): string {
  if (alerts.length === 0) return '';
  const named = alerts.slice(0, MAX_NAMED).map(one => printable(one.place));
  return `  ${alerts.length} ${what}: ${named.join(', ')}${more(alerts.length)}\n`;
}

const more = (count: number): string => (count > MAX_NAMED ? ` and ${count - MAX_NAMED} more` : '');

function whatText({ proposal }: ProposalRow): string {
  const caution = cautionOf(proposal.fields);
  const what =
    proposal.kind === 'list'
      ? `Add to the entries of the list ${printable(proposal.list ?? '')}:`
      : 'A filter, for a file among your rules:';
  return `${caution}${what}\n`;
}

/** What an exclusion is worth, where nobody verified what it goes by. */
function cautionOf(fields: readonly Field[]): string {
  const trusts = new Set(fields.map(({ trust }) => trust));
  if (trusts.has('identity')) return '';
  const names = fields.map(({ field }) => field).join(', ');
  return trusts.has('free')
    ? `CAUTION: the false alerts share nothing but what a client writes as it likes (${names}).\nAn attacker who writes the same is not seen. Rather change the rule, or live with the alerts.\n\n`
    : `CAUTION: the false alerts share no identity, only where they happened (${names}).\nWhoever acts there is not seen any more.\n\n`;
}

/** Each line of a text made safe for a terminal. */
const indentedText = (text: string): string =>
  text
    .split('\n')
    .map(line => `  ${printable(line)}`.trimEnd())
    .join('\n');

function proofText({ proof }: ProposalRow, marked: TuningRow['marked']): string {
  const also =
    proof.alsoFor.length === 0 ? '' : `  the list is also read by: ${proof.alsoFor.map(printable).join('; ')}\n`;
  const truth =
    marked.true === 0
      ? 'none of this rule was given: name some by --true'
      : `${proof.trueKept} of ${proof.trueKept} still alert`;
  const examples =
    proof.examplesKept === 0 ? 'the rule has none' : `${proof.examplesKept} of ${proof.examplesKept} still match`;
  const gone = proof.unmarkedGone;
  const others =
    marked.unmarked === 0
      ? 'none in these logs'
      : `${gone.length} of ${marked.unmarked} gone too${gone.length === 0 ? '' : `: ${placesOf(gone)}`}`;
  return `Proof, by running it:\n  false alerts         ${proof.falseGone} of ${proof.falseGone} gone\n  true alerts          ${truth}\n  must-match examples  ${examples}\n  unmarked alerts      ${others}\n${also}`;
}

const placesOf = (events: readonly Named[]): string =>
  `${events
    .slice(0, MAX_NAMED)
    .map(({ origin }) => printable(place(origin)))
    .join(', ')}${more(events.length)}`;

function whyNot(marked: TuningRow['marked'], failed: readonly ProposalRow[], variety: TuningRow['variety']): string {
  if (marked.false === 0)
    return '  None of the false alerts was found in these logs, or all are marked true as well.\n';
  if (failed.length === 0) {
    const counts = variety.filter(([, values]) => values > 0).map(([field, values]) => `${values} of ${field}`);
    return `  They share no identity that could be named: ${counts.length === 0 ? 'they have none' : `${counts.join(', ')} in ${marked.false} alerts`}.\n`;
  }
  const several = variety.some(([, values]) => values > 1);
  const advice = several ? '  Several identities are among them: try with the alerts of one at a time.\n' : '';
  return `${failed.map(failureText).join('')}${advice}`;
}

function failureText({ proposal: { fields, kind, list }, proof }: ProposalRow): string {
  const what = fields.map(
    ({ field, values }) => `${field} ${values.map(value => `"${printable(value)}"`).join(' or ')}`,
  );
  const name = kind === 'list' ? `the list ${printable(list ?? '')} with ${what.join(', ')}` : what.join(', ');
  const reasons = [
    ...(proof.trueLost.length === 0
      ? []
      : [`${proof.trueLost.length} true alerts have it too (${placesOf(proof.trueLost)})`]),
    ...(proof.falseLeft.length === 0
      ? []
      : [`${proof.falseLeft.length} false alerts stay (${placesOf(proof.falseLeft)})`]),
    ...(proof.examplesLost.length === 0
      ? []
      : [`an example would match no more: ${proof.examplesLost.slice(0, MAX_NAMED).map(printable).join('; ')}`]),
  ];
  return `  ${name}:\n    ${reasons.join('\n    ')}\n`;
}
