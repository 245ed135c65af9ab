import { backoff, type OnWait, untilDone, wait } from '../../backoff.ts';
import type { Alert } from '../../model/alert.ts';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Episode } from '../../model/episode.ts';
import type { Claim, Ledger } from '../../model/ledger.ts';
import type { AlertOperation, AlertResult, AlertsResult, StoredAlert } from './alert-store.ts';
import { wellFormed } from './document.ts';
import { isRefusal, refusalReason, refusedDocument } from './refused.ts';

/** What the writer needs of the world around it. */
export type AlertPorts = {
  readonly send: (operations: readonly AlertOperation[], signal: AbortSignal) => Promise<AlertsResult>;
  readonly get: (
    places: readonly { readonly index: string; readonly id: string }[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, StoredAlert>>;
  /** Resolves once the letter is safe. */
  readonly deadLetter: (letter: DeadLetter, document: Buffer) => Promise<void>;
  /** The alert of an episode was closed or deleted: what came after it is in `next`. */
  readonly onEnd: (ended: Episode, next: Episode | undefined) => void;
  readonly onWait: OnWait;
  /** Told of what no other try mends, a defect of ours: nothing behind it can be committed. */
  readonly onDefect: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export type AlertCounts = { alertsCreated: number; alertsUpdated: number; alertsRefused: number };

/** A new alert waits this long (ms) for others of its record, a further match this long for more. */
const OPENED_MS = 20;
const RAISED_MS = 1_000;
/** Alerts whose latest state the index has not; more make the reader wait. */
const MAX_DIRTY = 256;
const MAX_OPERATIONS = 100;

/** What of one episode is not in the index. */
type Job = {
  readonly claims: Map<Ledger, Claim>;
  /** When it may be sent, in milliseconds since 1970. */
  readonly due: number;
  /** Whether a try may have been taken without our knowing. */
  isTried: boolean;
  /** Whether the index has refused the document with all its fields. */
  isBare: boolean;
};
type Entry = readonly [episode: Episode, job: Job];

/**
 * Carries alerts to Elasticsearch: the first match at once, further ones gathered. One body is on its way at a time, so
 * that no alert is ever updated twice at once; what analysts write at the same time is read again and left as it is.
 * Claims are settled once the index has the state that includes their matches.
 */
export class AlertWriter {
  readonly counts: AlertCounts = { alertsCreated: 0, alertsUpdated: 0, alertsRefused: 0 };
  readonly #index: string;
  readonly #ports: AlertPorts;
  readonly #signal: AbortSignal;
  readonly #jobs = new Map<Episode, Job>();
  #sending: readonly Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #flushing = 0;
  #defect: unknown;
  #wakeUp = Promise.withResolvers<void>();

  /** `signal` gives up at once, leaving what is not settled to be read again. */
  constructor(index: string, ports: AlertPorts, signal: AbortSignal) {
    this.#index = index;
    this.#ports = ports;
    this.#signal = signal;
  }

  get full(): boolean {
    return this.#jobs.size >= MAX_DIRTY;
  }

  /** Resolves when alerts have been delivered, so that `full` may have changed. */
  room(): Promise<void> {
    return this.#wakeUp.promise;
  }

  /** The episode was opened or raised by the record at `offset`, whose commit waits until the index says so too. */
  add(episode: Episode, ledger: Ledger, offset: number): void {
    const job = this.#jobOf(episode);
    if (!job.claims.has(ledger)) job.claims.set(ledger, ledger.open(offset));
    this.#schedule();
  }

  /** Resolves when all that was added until now is in the index. */
  async flush(): Promise<void> {
    this.#flushing += 1;
    try {
      await this.#running;
      // Not the episodes: one that is raised all the time has always another job.
      const jobs = [...this.#jobs];
      while (jobs.some(([episode, job]) => this.#jobs.get(episode) === job)) {
        this.#start();
        await this.#running;
        this.#signal.throwIfAborted();
      }
      if (this.#defect !== undefined) throw this.#defect;
    } finally {
      this.#flushing -= 1;
    }
  }

  /** Forgets what of a partition is not in the index: another process reads it now, and will count it. */
  forget(topic: string, partition: number): void {
    for (const [episode] of [...this.#sending, ...this.#jobs]) episode.forget(topic, partition);
  }

  #jobOf(episode: Episode): Job {
    const known = this.#jobs.get(episode);
    if (known !== undefined) return known;
    const wait = episode.version === undefined ? OPENED_MS : RAISED_MS;
    const job: Job = { claims: new Map(), due: this.#ports.now() + wait, isTried: false, isBare: false };
    this.#jobs.set(episode, job);
    return job;
  }

  #schedule(): void {
    if (this.#running !== undefined || this.#jobs.size === 0) return;
    let due = Number.POSITIVE_INFINITY;
    for (const job of this.#jobs.values()) due = Math.min(due, job.due);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), Math.max(0, due - this.#ports.now()));
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#running ??= this.#deliverDue().then(
      () => this.#ended(),
      error => {
        this.#defect = error;
        this.#ended();
        if (!this.#signal.aborted) this.#ports.onDefect(error);
      },
    );
  }

  #ended(): void {
    this.#running = undefined;
    this.#wakeUp.resolve();
    this.#wakeUp = Promise.withResolvers();
    if (!this.#signal.aborted) this.#schedule();
  }

  /** One body of what is due; it is tried until each alert in it is taken, or is another's business. */
  async #deliverDue(): Promise<void> {
    const now = this.#ports.now();
    const due = [...this.#jobs].filter(([, job]) => this.#flushing > 0 || job.due <= now).slice(0, MAX_OPERATIONS);
    // What is added while they are on their way has its own claims, and its own time.
    for (const [episode] of due) this.#jobs.delete(episode);
    this.#sending = due;
    for (let attempt = 0; ; attempt += 1) {
      this.#sending = this.#sending.filter(entry => this.#isLeft(entry));
      if (this.#sending.length === 0) return;
      const { left, reason } = await this.#try(this.#sending);
      this.#sending = left;
      if (reason === undefined) continue;
      const ms = backoff(attempt);
      this.#ports.onWait(reason, attempt, ms);
      await wait(ms, this.#signal);
    }
  }

  /** Whether there is something to send; what was forgotten, or went with an earlier try, is settled. */
  #isLeft([episode, job]: Entry): boolean {
    if (episode.isDirty) return true;
    settle(job);
    return false;
  }

  /** What has to be tried again, after a wait where there is a reason for one. */
  async #try(
    entries: readonly Entry[],
  ): Promise<{ readonly left: readonly Entry[]; readonly reason?: string | undefined }> {
    const operations = entries.map(entry => this.#operationOf(entry));
    for (const [episode] of entries) episode.send();
    const result = await this.#ports.send(operations, this.#signal);
    this.#signal.throwIfAborted();
    const left: Entry[] = [];
    const conflicts: Conflict[] = [];
    let reason = result.kind === 'unavailable' ? result.reason : undefined;
    for (const [i, entry] of entries.entries()) {
      const item = result.kind === 'unavailable' ? LOST : (result.items[i] ?? LOST);
      const [episode, job] = entry;
      if (item.version !== undefined) {
        this.counts[episode.version === undefined ? 'alertsCreated' : 'alertsUpdated'] += 1;
        episode.written(item.version);
        settle(job);
        continue;
      }
      episode.unsent();
      if (isConflict(item)) conflicts.push({ entry, index: item.index ?? this.#index });
      else if (episode.version !== undefined && isUnwritable(item)) left.push(...this.#meet(entry, undefined));
      else if (isRefusal(item)) left.push(...(await this.#refused(entry, operations[i], item)));
      else {
        if (item === LOST) job.isTried = true;
        left.push(entry);
        reason ??= refusalReason(item);
      }
    }
    return { left: [...left, ...(await this.#resolve(conflicts))], reason };
  }

  #operationOf([episode, { isBare }]: Entry): AlertOperation {
    const { id, version } = episode;
    const ingested = new Date(this.#ports.now()).toISOString();
    if (version !== undefined)
      return { kind: 'update', id, version, document: { ...episode.state, event: { ingested } } };
    const { alert } = episode;
    // An episode without a document holds the alert of its first match.
    if (alert === undefined) throw new Error(`the alert ${id} has no document`);
    const document = { ...(isBare ? bare(alert) : alert), event: { ...alert.event, ingested } };
    return { kind: 'create', index: this.#index, id, document };
  }

  /** An analyst or another process wrote in the meantime, or an earlier try of ours was taken. */
  async #resolve(conflicts: readonly Conflict[]): Promise<readonly Entry[]> {
    if (conflicts.length === 0) return [];
    const places = conflicts.map(({ entry: [{ id }], index }) => ({ id, index }));
    const get = () => this.#ports.get(places, this.#signal);
    const stored = await untilDone(get, this.#ports.onWait, this.#signal);
    return conflicts.flatMap(({ entry }) => this.#meet(entry, stored.get(entry[0].id)));
  }

  #meet(entry: Entry, stored: StoredAlert | undefined): readonly Entry[] {
    const [episode, job] = entry;
    const isNew = episode.version === undefined;
    if (stored === undefined && isNew) return [entry];
    if (stored !== undefined) {
      if (isNew && !job.isTried) episode.adopt(stored.state, stored.version);
      else episode.merge(stored.state, stored.version);
    }
    if (stored !== undefined && !stored.isClosed) return [entry];
    const next = episode.isDirty ? episode.rest() : undefined;
    this.#ports.onEnd(episode, next);
    const later = this.#jobs.get(episode);
    this.#jobs.delete(episode);
    if (next === undefined) {
      settle(job);
      if (later !== undefined) settle(later);
      return [];
    }
    // What was added meanwhile went along.
    if (later !== undefined) this.#jobs.set(next, later);
    return [[next, { ...job, isTried: false }]];
  }

  /** A document that is refused for its content is tried once more without what came from the event. */
  async #refused(entry: Entry, operation: AlertOperation | undefined, item: AlertResult): Promise<readonly Entry[]> {
    const [episode, job] = entry;
    if (episode.version === undefined && !job.isBare) {
      job.isBare = true;
      return [entry];
    }
    this.counts.alertsRefused += 1;
    const document = Buffer.from(wellFormed(JSON.stringify(operation?.document)));
    await this.#ports.deadLetter(refusedDocument(document, refusalReason(item)), document);
    this.#ports.onEnd(episode, undefined);
    settle(job);
    return [];
  }
}

type Conflict = { readonly entry: Entry; readonly index: string };

const settle = ({ claims }: Job): void => {
  for (const claim of claims.values()) claim.settle();
};

const LOST: AlertResult = {
  status: 503,
  index: undefined,
  version: undefined,
  error: { type: 'no answer for this alert', reason: '' },
};

/**
 * The index that the alert stands in is gone, closed or read-only; those that come after go to another. Blocks of a whole
 * cluster or for a full disk have another status, and pass.
 */
const isUnwritable = ({ status, error }: AlertResult): boolean => UNWRITABLE.get(error?.type ?? '') === status;
const UNWRITABLE: ReadonlyMap<string, number> = new Map([
  ['index_not_found_exception', 404],
  ['index_closed_exception', 400],
  ['cluster_block_exception', 403],
]);

/** Another has written it, or it is gone. */
const isConflict = ({ status, error }: AlertResult): boolean =>
  status === 409 || (status === 404 && error?.type === 'document_missing_exception');

/** What every index takes: the sentence, the rule, the evidence. */
function bare({ user, user_agent, source, orchestrator, etcd, process, related, ...alert }: Alert): Alert {
  const { group, ...fields } = alert.keywarden.alert;
  return { ...alert, keywarden: { alert: { ...fields, group: {} } } };
}
