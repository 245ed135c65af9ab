import { alertOf } from '../../detect/alert.ts';
import { createEngine } from '../../detect/engine.ts';
import type { KeywardenError } from '../../errors.ts';
import type { Source } from '../../ingest/files.ts';
import type { Event } from '../../model/event.ts';
import { normalizeSettings } from '../../normalize/settings.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import type { FileSink } from '../hunt.ts';
import { readEvents } from '../read-events.ts';
import type { MarkedAlert } from './marked.ts';
import { Marks } from './marks.ts';

/** The events of one rule's alerts: marked false, marked true, or not at all. */
export type Cases = {
  readonly false: readonly Event[];
  readonly true: readonly Event[];
  readonly unmarked: readonly Event[];
  /** Alerts that are marked false and true; they count as true, since no harm is done by an alert too many. */
  readonly both: readonly MarkedAlert[];
  /** Alerts whose events are not in the logs, or on which the rule does not hold any more. */
  readonly missing: readonly MarkedAlert[];
};

/** Alerts that nobody marked, of which so many are held for each rule; the others are not looked at. */
const MAX_UNMARKED = 2_000;

type Gathering = { readonly false: Event[]; readonly true: Event[]; readonly unmarked: Event[] };

export type CasesOptions = {
  readonly rules: readonly CompiledRule[];
  readonly false: readonly MarkedAlert[];
  readonly true: readonly MarkedAlert[];
  readonly cluster: string | undefined;
};

/** Reads logs and finds in them the events of alerts, by the ids of events or of alerts. Throws FILE. */
export async function gatherCases(
  sources: readonly Source[],
  options: CasesOptions,
  sink: Pick<FileSink, 'deadLetter' | 'progress'>,
): Promise<{ readonly cases: ReadonlyMap<string, Cases>; readonly faults: readonly KeywardenError[] }> {
  const marks = new Marks(options);
  const gathered = new Map(options.rules.map(({ rule }) => [rule.id, newGathering()]));
  const engine = createEngine(options.rules);
  const { faults } = await readEvents(
    sources,
    { settings: normalizeSettings('keywarden', Date.now), cluster: options.cluster },
    {
      ...sink,
      event: event => {
        for (const rule of engine.match(event)) {
          const mark = marks.of(alertOf(rule, event, 'request'));
          if (!event.judged && mark === undefined) continue;
          const kept = gathered.get(rule.rule.id)?.[mark ?? 'unmarked'];
          if (mark !== undefined || (kept?.length ?? 0) < MAX_UNMARKED) kept?.push(event);
        }
      },
    },
  );
  const both = options.false.filter(({ rule, id }) =>
    options.true.some(other => other.rule === rule && other.id === id),
  );
  const cases = [...gathered].map(([id, kept]) => {
    const ofRule = ({ rule }: MarkedAlert): boolean => rule === id;
    return [id, { ...kept, both: both.filter(ofRule), missing: marks.missing.filter(ofRule) }] as const;
  });
  return { cases: new Map(cases), faults };
}

const newGathering = (): Gathering => ({ false: [], true: [], unmarked: [] });
