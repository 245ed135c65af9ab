import { alertOf, type Unit } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { SilenceOf } from '../detect/silence.ts';
import { Suppression, silenceFor } from '../detect/suppress.ts';
import type { Alert } from '../model/alert.ts';
import { durationMs } from '../model/duration.ts';
import type { Episode } from '../model/episode.ts';
import type { Subject } from '../model/event.ts';

/** How long further matches only raise the count, where neither rule nor user says. */
export const DEFAULT_SUPPRESS = '10m';

export type JudgeOptions = {
  readonly engine: Engine | undefined;
  readonly unit: Unit;
  /** For rules that say nothing, in milliseconds. */
  readonly suppressMs?: number | undefined;
  readonly silenceOf?: SilenceOf | undefined;
};

/** Makes alerts of the events of files. */
export type Judge = {
  readonly take: (subject: Subject) => void;
  /** All that is from before that time, in milliseconds since 1970, was taken. */
  readonly look: (clockMs: number) => void;
  readonly end: () => void;
};

export const judgeOf = (options: JudgeOptions, tell: (alert: Alert) => void): Judge =>
  options.engine === undefined
    ? DEAF
    : options.unit === 'event'
      ? everyMatch(options.engine, options, tell)
      : episodes(options.engine, options, tell);

const DEAF: Judge = { take: () => {}, look: () => {}, end: () => {} };

/** An alert for each rule and event. */
function everyMatch(engine: Engine, { silenceOf }: JudgeOptions, tell: (alert: Alert) => void): Judge {
  const take = (subject: Subject): void => {
    for (const match of engine.match(subject)) {
      tell(alertOf(match, subject, 'event', silenceFor(match, subject, silenceOf)));
    }
  };
  return { ...DEAF, take };
}

/** Alerts that are held until no further match can belong to them; beyond, some are told in two. */
const MAX_OPEN = 10_000;

/** An alert for each episode. */
function episodes(
  engine: Engine,
  { suppressMs = durationMs(DEFAULT_SUPPRESS), silenceOf }: JudgeOptions,
  tell: (alert: Alert) => void,
): Judge {
  const tellEpisode = ({ alert }: Episode): void => {
    if (alert !== undefined) tell(alert);
  };
  const suppression = new Suppression({ suppressMs, silenceOf, capacity: MAX_OPEN, onEvict: tellEpisode });
  return {
    take: subject => {
      for (const match of engine.match(subject)) {
        const episode = suppression.take(match, subject);
        if (episode?.suppressMs === 0) tellEpisode(episode);
      }
    },
    look: clockMs => suppression.episodes.expire(clockMs).forEach(tellEpisode),
    end: () => suppression.episodes.expire(Number.POSITIVE_INFINITY).forEach(tellEpisode),
  };
}
