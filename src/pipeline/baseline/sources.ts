import type { Client } from '@elastic/elasticsearch';
import type { Targets } from '../../deliver/elasticsearch/body.ts';
import { eventPages, type StoredEvent } from '../../deliver/elasticsearch/event-pages.ts';
import type { Enrich } from '../../enrich/enrich.ts';
import type { KeywardenError } from '../../errors.ts';
import type { Source } from '../../ingest/files.ts';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Event } from '../../model/event.ts';
import { isJudgedStage } from '../../normalize/kubernetes.ts';
import { normalizeSettings } from '../../normalize/settings.ts';
import { readEvents } from '../read-events.ts';
import type { Learning } from './learning.ts';

type FileOptions = {
  readonly cluster: string | undefined;
  readonly enrich: Enrich | undefined;
  readonly redact: readonly string[] | undefined;
  readonly deadLetter: (letter: DeadLetter) => void;
  readonly progress: (bytes: number) => void;
};

/** Learns from files. The faults are files that broke off; what came before is learnt. */
export async function learnFromFiles(
  sources: readonly Source[],
  learning: Learning,
  { cluster, enrich, redact, deadLetter, progress }: FileOptions,
): Promise<readonly KeywardenError[]> {
  const settings = normalizeSettings('keywarden', Date.now, redact);
  const sink = { event: (event: Event) => learning.take(event), deadLetter, progress };
  return (await readEvents(sources, { settings, cluster, enrich }, sink)).faults;
}

/** Learns from the events that Elasticsearch holds since then (RFC 3339). Rejects where it does not answer. */
export async function learnFromElasticsearch(
  client: Client,
  targets: Targets,
  since: string,
  learning: Learning,
  progress: (events: number) => void,
): Promise<void> {
  for await (const page of eventPages(client, targets, since)) {
    for (const stored of page) learning.take(subjectOf(stored));
    progress(learning.events);
  }
}

const subjectOf = ({ id, document }: StoredEvent) => ({
  id,
  dataset: document.data_stream.dataset,
  document,
  origin: document.keywarden.origin,
  judged: document.kubernetes === undefined || isJudgedStage(document.kubernetes.audit),
});
