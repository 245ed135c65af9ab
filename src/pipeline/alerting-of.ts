import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import { untilDone } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import { alertsCounting, getAlerts, openAlerts, sendAlerts } from '../deliver/elasticsearch/alert-store.ts';
import { AlertWriter } from '../deliver/elasticsearch/alert-writer.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import { silenceOf } from '../detect/silence.ts';
import { Suppression } from '../detect/suppress.ts';
import { durationMs } from '../model/duration.ts';
import { Alerting } from './alerting.ts';
import type { Judgement } from './judgement.ts';
import { waitingFor } from './ready.ts';

/** Episodes that further matches may raise; the oldest are forgotten first. */
const MAX_OPEN = 4_000;
/** Of those, how many are read from the index at a start. */
const MAX_RESTORED = 1_000;

type Around = {
  readonly letters: DeadLetterWriter;
  readonly log: Logger;
  readonly onDefect: (error: unknown) => void;
};

/** Wires alerts to the index. */
export function alertingOf(
  config: Config,
  { silences }: Pick<Judgement, 'silences'>,
  client: Client,
  { letters, log, onDefect }: Around,
  signal: AbortSignal,
): Alerting {
  const { alerts: index } = targets(config.elasticsearch.namespace);
  const suppression = new Suppression({
    suppressMs: durationMs(config.alerts.suppress),
    silenceOf: silenceOf(silences),
    capacity: MAX_OPEN,
    onEvict: evictionLog(log),
  });
  const onWait = waitingFor('Elasticsearch', log);
  const writer = new AlertWriter(
    index,
    {
      send: (operations, stop) => sendAlerts(client, operations, stop),
      get: (places, stop) => getAlerts(client, places, stop),
      deadLetter: (letter, document) => letters.send(letter, document),
      onEnd: (ended, next) => {
        suppression.episodes.drop(ended.id);
        if (next !== undefined) suppression.episodes.hold(next);
      },
      onWait,
      onDefect,
      now: Date.now,
    },
    signal,
  );
  return new Alerting(
    suppression,
    writer,
    {
      open: () => untilDone(() => openAlerts(client, index, MAX_RESTORED, signal), onWait, signal),
      counting: (place, onPage) =>
        untilDone(() => alertsCounting(client, index, place, onPage, signal), onWait, signal),
    },
    log,
  );
}

/** Once, and then at each thousandth. */
function evictionLog(log: Logger): () => void {
  let evicted = 0;
  return () => {
    evicted += 1;
    if (evicted % 1_000 !== 1) return;
    log.warn(
      { evicted },
      `more than ${MAX_OPEN} alerts are open to further matches: the oldest count no more, a further match opens another`,
    );
  };
}
