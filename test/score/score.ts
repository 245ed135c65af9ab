import { EXPECTED } from './expected.ts';
import { type Found, found, isWithin, type Scenario, scenarios } from './recording.ts';

/** `unseen`: an attack of which the recorded logs hold no line. `missing` says what of the expected did not come. */
export type Row = {
  readonly scenario: Scenario;
  readonly alerts: readonly Found[];
  readonly verdict: 'found' | 'silent' | 'unseen' | 'missed' | 'noise';
  readonly missing: readonly string[];
  readonly note: string | undefined;
};

/** `stray`: alerts outside of every attack's lines. */
export type Score = { readonly rows: readonly Row[]; readonly stray: readonly Found[] };

/** Holds the shipped rules against the recorded control plane, scenario by scenario. */
export function score(): Score {
  const alerts = found();
  const isEvil = (scenario: Scenario): boolean => scenario.class !== 'benign';
  const evil = scenarios.filter(isEvil);
  return {
    rows: scenarios.map(scenario => {
      const own = alerts.filter(alert => isWithin(alert, scenario));
      return isEvil(scenario) ? attackRow(scenario, own) : benignRow(scenario, own);
    }),
    stray: alerts.filter(alert => !evil.some(scenario => isWithin(alert, scenario))),
  };
}

function benignRow(scenario: Scenario, alerts: readonly Found[]): Row {
  return { scenario, alerts, verdict: alerts.length === 0 ? 'silent' : 'noise', missing: [], note: undefined };
}

function attackRow(scenario: Scenario, alerts: readonly Found[]): Row {
  const expected = EXPECTED[scenario.id];
  if (expected === undefined)
    return { scenario, alerts, verdict: 'missed', missing: ['what to expect of it'], note: undefined };
  if ('unseen' in expected) {
    const verdict = alerts.length === 0 ? 'unseen' : 'found';
    return { scenario, alerts, verdict, missing: [], note: expected.unseen };
  }
  const { rules, actor, object } = expected;
  const told = alerts.filter(({ rule }) => rules.includes(rule)).map(({ message }) => message);
  const missing = [
    ...rules.filter(rule => !alerts.some(alert => alert.rule === rule)),
    ...[...actor, ...object].filter(name => !told.some(message => message.includes(name))),
  ];
  return { scenario, alerts, verdict: missing.length === 0 ? 'found' : 'missed', missing, note: undefined };
}

/** Whether every attack that the logs can show is found, and nothing else is. */
export const isGood = ({ rows, stray }: Score): boolean =>
  stray.length === 0 && rows.every(({ verdict }) => verdict !== 'missed' && verdict !== 'noise');
