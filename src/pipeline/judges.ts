import { alertOf, type Unit } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { SilenceOf } from '../detect/silence.ts';
import type { Clock, Finding, Loss } from '../detect/state/evaluator.ts';
import { alertOfFinding, idOfFinding, keyOfFinding, witnesses } from '../detect/state/findings.ts';
import { inStory, Stories, type StoryOptions } from '../detect/story.ts';
import { Suppression, silenceFor } from '../detect/suppress.ts';
import type { Alert } from '../model/alert.ts';
import type { BaselineRow } from '../model/baseline.ts';
import { durationMs } from '../model/duration.ts';
import type { Episode } from '../model/episode.ts';
import type { Subject } from '../model/event.ts';
import { kept } from '../model/evidence.ts';
import type { Program } from '../sigma/program.ts';
import { InProcess } from './in-process.ts';
import type { NotJudged } from './not-judged.ts';

/** How long further matches only raise the count, where neither rule nor user says. */
export const DEFAULT_SUPPRESS = '10m';

export type JudgeOptions = {
  readonly engine: Engine | undefined;
  /** What is evaluated on the matches of several events. */
  readonly programs?: readonly Program[];
  /** What was seen before, for rules on first sights. */
  readonly known?: readonly BaselineRow[] | undefined;
  /** Ids of rules of which a match alone is no alert. */
  readonly quiet?: ReadonlySet<string>;
  readonly unit: Unit;
  /** For rules that say nothing, in milliseconds. */
  readonly suppressMs?: number | undefined;
  readonly silenceOf?: SilenceOf | undefined;
  /** How alerts are grouped into stories; not at all where it is undefined. */
  readonly stories?: StoryOptions | undefined;
};

/** Makes alerts of the events of files. */
export type Judge = {
  readonly take: (subject: Subject) => void;
  readonly lose: (cluster: string, loss: Loss) => void;
  /** All that is from before that moment was taken. At the end, which is at infinity, everything is told. */
  readonly look: (clock: Clock) => void;
  readonly state: () => JudgeState;
};

/** What rules over several events could not do. */
export type JudgeState = {
  readonly notJudged: readonly NotJudged[];
  /** Matches that were judged out of order, since more waited than may. */
  readonly hurried: number;
  /** Cases that were let go, since there were more than may be held. */
  readonly evicted: number;
};

export function judgeOf(options: JudgeOptions, tell: (alert: Alert) => void): Judge {
  const { engine } = options;
  if (engine === undefined) return DEAF;
  return options.unit === 'event' ? everyMatch(engine, options, tell) : episodes(engine, options, tell);
}

const NOTHING: JudgeState = { notJudged: [], hurried: 0, evicted: 0 };
const DEAF: Judge = { take: () => {}, lose: () => {}, look: () => {}, state: () => NOTHING };
const NONE: ReadonlySet<string> = new Set();

/** An alert for each rule and event, and for each finding. */
function everyMatch(
  engine: Engine,
  { programs = [], known, quiet = NONE, silenceOf }: JudgeOptions,
  tell: (alert: Alert) => void,
): Judge {
  const stateful = new InProcess(programs, finding => tell(aloneOf(finding, silenceOf)), known);
  return {
    take: subject => {
      for (const match of engine.match(subject)) {
        // A request counts once, at the stage at which it is judged.
        if (subject.judged) stateful.take(match, subject);
        if (!quiet.has(match.rule.id)) tell(alertOf(match, subject, 'event', silenceFor(match, subject, silenceOf)));
      }
    },
    lose: (cluster, loss) => stateful.lose(cluster, loss),
    look: clock => stateful.advance(clock),
    state: () => stateful.state,
  };
}

/** The alert of a finding that stands alone. */
function aloneOf(finding: Finding, silenceOf: SilenceOf | undefined): Alert {
  const silenced = silenceOf?.(finding.program.rule, finding.group, finding.maker.at);
  const key = keyOfFinding(finding, silenced);
  const draft = alertOfFinding(finding, idOfFinding(key, finding), key, silenced);
  const evidence = witnesses(finding.evidence).map(({ witness }) => witness.evidence);
  const [first, last] = [evidence[0], evidence.at(-1)];
  if (first === undefined || last === undefined) return draft;
  const span = { first_seen: first.timestamp, last_seen: last.timestamp };
  const alert = { ...draft.keywarden.alert, ...span, count: evidence.length, evidence: kept(evidence) };
  return { ...draft, '@timestamp': last.timestamp, keywarden: { alert } };
}

/** Alerts that are held until no further match can belong to them; beyond, some are told in two. */
const MAX_OPEN = 10_000;

/** An alert for each episode. */
function episodes(engine: Engine, options: JudgeOptions, tell: (alert: Alert) => void): Judge {
  const { programs = [], known, quiet = NONE, silenceOf, stories: grouped } = options;
  const { suppressMs = durationMs(DEFAULT_SUPPRESS) } = options;
  const stories =
    grouped === undefined ? undefined : new Stories<Alert>(grouped, (alert, story) => tell(inStory(alert, story)));
  const tellEpisode = ({ alert }: Episode): void => {
    if (alert === undefined) return;
    if (stories === undefined) tell(alert);
    else stories.close(alert);
  };
  const raised = (episode: Episode | undefined): void => {
    if (episode === undefined) return;
    stories?.see(episode.id, episode.lastMs, () => episode.alert);
    if (episode.suppressMs === 0) tellEpisode(episode);
  };
  const suppression = () => new Suppression({ suppressMs, silenceOf, capacity: MAX_OPEN, onEvict: tellEpisode });
  const [prompt, late] = [suppression(), suppression()];
  const find = (finding: Finding): void =>
    raised((finding.program.kind === 'absence' ? late : prompt).takeFinding(finding));
  const stateful = new InProcess(programs, find, known);
  return {
    take: subject => {
      for (const match of engine.match(subject)) {
        stateful.take(match, subject);
        if (!quiet.has(match.rule.id)) raised(prompt.take(match, subject));
      }
    },
    lose: (cluster, loss) => stateful.lose(cluster, loss),
    look: clock => {
      stateful.advance(clock);
      prompt.episodes.expire(clock.now).forEach(tellEpisode);
      const judged = stateful.judgedUpTo(clock);
      late.episodes.expire(judged).forEach(tellEpisode);
      stories?.expire(judged);
    },
    state: () => stateful.state,
  };
}
