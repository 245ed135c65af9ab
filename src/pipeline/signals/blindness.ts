import type { Logger } from 'pino';
import type { Blindness } from '../../detect/state/evaluator.ts';
import { gapEvent } from '../../gaps/event.ts';
import type { Event } from '../../model/event.ts';
import { Recent } from '../../model/recent.ts';

/** Events that are remembered, so that what many partitions see alike is told once. */
const MAX_REMEMBERED = 10_000;
/** Whoever writes events names clusters; further streams are told of and not counted. */
const MAX_LASTING = 10_000;

/** Says what rules of more than one event cannot judge, once and when it is over, as an event that rules see too. */
export class Blindnesses {
  readonly #topic: string;
  readonly #namespace: string;
  readonly #tell: (event: Event) => void;
  readonly #log: Logger;
  readonly #told = new Recent<true>(MAX_REMEMBERED);
  /** Streams that are missed now. */
  readonly #lasting = new Set<string>();

  constructor(topic: string, namespace: string, tell: (event: Event) => void, log: Logger) {
    this.#topic = topic;
    this.#namespace = namespace;
    this.#tell = tell;
    this.#log = log;
  }

  /** How many streams are missed. */
  get lasting(): number {
    return this.#lasting.size;
  }

  see(blindness: Blindness): void {
    const { cluster, dataset, reason, from, to } = blindness;
    if (reason === 'silent') {
      const stream = `${cluster}\0${dataset}`;
      if (to !== undefined) this.#lasting.delete(stream);
      else if (this.#lasting.size < MAX_LASTING) this.#lasting.add(stream);
    }
    // Elastic's data streams are those of the two logs.
    if (dataset === 'json') return;
    const event = gapEvent(
      {
        action: actionOf(blindness),
        message: sentenceOf(blindness),
        at: iso(to ?? from),
        start: iso(from),
        end: to === undefined ? undefined : iso(to),
        offset: Math.max(0, from),
        of: [dataset, ...causeOf(blindness)],
      },
      {
        topic: this.#topic,
        // All partitions are told the same of the streams: whoever finds it, it is one event.
        partition: 0,
        dataset,
        cluster: cluster === '' ? undefined : cluster,
        namespace: this.#namespace,
      },
    );
    if (this.#told.get(event.id) === true) return;
    this.#told.set(event.id, true);
    this.#log.warn({ cluster, dataset, reason, rule: blindness.program.rule.id }, event.document.message);
    this.#tell(event);
  }
}

/** What of a silence is told does not depend on the rule that is blind by it. */
const causeOf = ({ reason, program, values = [] }: Blindness): readonly string[] =>
  reason === 'silent' ? [] : [reason, program.rule.id, ...values];

function actionOf({ reason, to }: Blindness): 'blind' | 'sight_returned' | 'not_judged' {
  if (reason !== 'silent') return 'not_judged';
  return to === undefined ? 'blind' : 'sight_returned';
}

function sentenceOf({ program, dataset, reason, from, to, waiting, judged, notJudged, values }: Blindness): string {
  const { title } = program.rule;
  if (reason === 'silent') {
    const since = `since ${iso(from)}`;
    return to === undefined
      ? `rules that look into ${dataset} are blind ${since}: a stream of it has fallen silent, and ${waiting} matches of "${title}" wait`
      : `rules that look into ${dataset} see again what was ${since}: of "${title}" ${judged} matches were judged after all, ${notJudged} were not`;
  }
  const why = {
    lost: 'records are missing that might explain them',
    uncovered: `no explanation of ${(values ?? []).join(', ') || 'such'} was ever seen: the audit policy may leave them out`,
    full: 'more happened than may be held',
  }[reason];
  return `${notJudged} matches of "${title}" are not judged: ${why}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
