import type { Dataset } from './event.ts';
import type { Cover, LossOf, Mark, Marks, Silent } from './mark.ts';
import type { Read, Signal, Witness, WitnessFields } from './signal.ts';

/** What a record of the signals topic says. */
export type SignalRecord =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'marks'; readonly marks: Marks }
  | { readonly kind: 'losses'; readonly losses: readonly LossOf[] }
  | { readonly kind: 'covers'; readonly covers: readonly Cover[] }
  /** Not ours, damaged, or of another version; `why` names it in a few words. */
  | { readonly kind: 'unread'; readonly why: string };

/** Of the format; a reader passes over records of any other. */
const VERSION = 1;
const NEWLINE = 0x0a;

/**
 * A signal as a record: one line of JSON, and where it has a witness a second one. So whoever only counts signals never
 * parses what an alert would tell, which is three quarters of the text.
 */
export function writeSignal({ witness, ...signal }: Signal): string {
  const first = JSON.stringify({ v: VERSION, ...signal });
  return witness === undefined ? first : `${first}\n${JSON.stringify(witness)}`;
}

/**
 * The record of a signal with less to tell, for a broker that finds it too large: what its alert would say of the event but for
 * the event's own place and sentence is left out. Undefined where there is nothing to spare.
 */
export function smallerSignal(record: string): string | undefined {
  const end = record.indexOf('\n');
  if (end < 0) return undefined;
  const { subject, links, ...witness } = JSON.parse(record.slice(end + 1)) as Witness;
  if (links === undefined && Object.keys(subject).length === 0) return undefined;
  return `${record.slice(0, end)}\n${JSON.stringify({ ...witness, subject: {} } satisfies Witness)}`;
}

export const writeLosses = (losses: readonly LossOf[]): string => JSON.stringify({ v: VERSION, losses });

export const writeCovers = (covers: readonly Cover[]): string => JSON.stringify({ v: VERSION, covers });

export const writeMarks = (marks: Marks): string => JSON.stringify({ v: VERSION, ...marks });

/** Never throws: what cannot be read is told. */
export function readSignalRecord(value: Buffer | null): SignalRecord {
  if (value === null || value.length === 0) return unread('an empty record');
  const end = value.indexOf(NEWLINE);
  const fields = parsed(end < 0 ? value : value.subarray(0, end));
  if (fields === undefined) return unread('no JSON');
  const { v, marks, losses, covers } = fields;
  if (v !== VERSION) return unread(`schema version ${typeof v === 'number' ? v : 'unknown'}`);
  if (marks !== undefined) return marksOf(fields);
  if (losses !== undefined) return lossesOf(losses);
  if (covers !== undefined) return coversOf(covers);
  if (!isSignal(fields)) return unread('fields that are missing or of another type');
  return { kind: 'signal', signal: new ReadSignal(fields, end < 0 ? undefined : value.subarray(end + 1)) };
}

const unread = (why: string): SignalRecord => ({ kind: 'unread', why });

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text.toString());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const DATASETS: ReadonlySet<unknown> = new Set<Dataset | 'json'>(['kubernetes.audit_logs', 'etcd.audit_logs', 'json']);
/** The last millisecond of the year 9999, the latest that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999;
const isTime = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= LAST_MS;
const isText = (value: unknown): boolean => typeof value === 'string';

/** Without a list of what is asked: millions are read again after a restart. */
function isSignal(fields: Fields): fields is Fields & Signal {
  const { program, input, cluster, dataset, at, from, to, id, request, fields: values } = fields;
  const areTexts = isText(program) && isText(input) && isText(cluster) && isText(id) && isText(request);
  if (!areTexts || !isTime(at) || !isTime(from) || !isTime(to) || !DATASETS.has(dataset) || !isFields(values))
    return false;
  for (const name in values) if (!isText(values[name])) return false;
  return fields['read'] === undefined || isRead(fields['read']);
}

function isRead(value: unknown): value is Read {
  if (!isFields(value)) return false;
  const { source, offset, item, at } = value;
  return isText(source) && Number.isSafeInteger(offset) && Number.isSafeInteger(item) && isTime(at);
}

function marksOf({ at, marks, silent }: Fields): SignalRecord {
  const isWhole = typeof at === 'number' && isTime(at) && Array.isArray(marks) && Array.isArray(silent);
  if (!isWhole || !marks.every(isMark) || !silent.every(isSilent)) return unread('marks that are missing something');
  return { kind: 'marks', marks: { at, marks, silent } };
}

function lossesOf(losses: unknown): SignalRecord {
  if (Array.isArray(losses) && losses.every(isLoss)) return { kind: 'losses', losses };
  return unread('losses that are missing something');
}

function coversOf(covers: unknown): SignalRecord {
  if (Array.isArray(covers) && covers.every(isCover)) return { kind: 'covers', covers };
  return unread('covers that are missing something');
}

function isCover(value: unknown): value is Cover {
  if (!isFields(value)) return false;
  const { program, cluster, values, at } = value;
  return isText(program) && isText(cluster) && Array.isArray(values) && values.every(isText) && isTime(at);
}

function isLoss(value: unknown): value is LossOf {
  if (!isFields(value)) return false;
  const { cluster, dataset, from, to } = value;
  return isText(cluster) && DATASETS.has(dataset) && isTime(from) && isTime(to);
}

function isMark(value: unknown): value is Mark {
  if (!isFields(value)) return false;
  const { producer, cluster, dataset, reached, idle } = value;
  const isIdle = idle === undefined || isTime(idle);
  return isText(producer) && isText(cluster) && DATASETS.has(dataset) && isTime(reached) && isIdle;
}

const isSilent = (value: unknown): value is Silent =>
  isFields(value) && isText(value['producer']) && isTime(value['until']);

/** A signal whose witness is read when somebody asks: most are counted and never told. Texts that repeat are shared. */
class ReadSignal implements Signal {
  readonly program: string;
  readonly input: string;
  readonly cluster: string;
  readonly dataset: Dataset | 'json';
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly id: string;
  readonly request: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly read: Read | undefined;
  readonly hasLaterStage: boolean | undefined;
  readonly #witness: Buffer | undefined;

  constructor(signal: Signal, witness: Buffer | undefined) {
    this.program = shared(signal.program);
    this.input = shared(signal.input);
    this.cluster = shared(signal.cluster);
    this.dataset = signal.dataset;
    this.at = signal.at;
    this.from = signal.from;
    this.to = signal.to;
    this.id = signal.id;
    // Of an event that is no request they are the same.
    this.request = signal.request === signal.id ? signal.id : signal.request;
    this.fields = signal.fields;
    this.read = signal.read;
    this.hasLaterStage = signal.hasLaterStage === true ? true : undefined;
    this.#witness = witness === undefined ? undefined : this.#copied(witness);
  }

  /**
   * The slice would keep all that was fetched with it in memory. Small buffers are parts of larger ones, which is less by
   * far where millions stay and go in their order; of matches of one event few stay of many, each in another part.
   */
  #copied(witness: Buffer): Buffer {
    if (this.read === undefined) return Buffer.from(witness);
    const copy = Buffer.allocUnsafeSlow(witness.length);
    witness.copy(copy);
    return copy;
  }

  get witness(): Witness | undefined {
    const fields = this.#witness === undefined ? undefined : parsed(this.#witness);
    return fields !== undefined && isWitness(fields) ? fields : undefined;
  }
}

function isWitness(fields: Fields): fields is Fields & Witness {
  const { message, evidence, action, subject, links } = fields;
  if (!isText(message) || !isFields(evidence) || !isFields(subject)) return false;
  if (action !== undefined && !isText(action)) return false;
  if (links !== undefined && !(Array.isArray(links) && links.every(isText))) return false;
  return isEvidence(evidence) && Object.entries(subject).every(isSubjectField);
}

function isEvidence({ event_id: id, timestamp, dataset, origin, message }: Fields): boolean {
  const areTexts = isText(id) && isText(timestamp) && isText(message);
  return areTexts && !Number.isNaN(Date.parse(String(timestamp))) && DATASETS.has(dataset) && isOrigin(origin);
}

function isOrigin(origin: unknown): boolean {
  if (!isFields(origin)) return false;
  const { file, line, topic, partition, offset, item = 0 } = origin;
  const isPlace = isText(file) ? isCount(line) : isText(topic) && isCount(partition) && isCount(offset);
  return isPlace && isCount(item);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value);

/** What the witness of an event may say of it; an alert's own fields are none of them. */
const SUBJECT_FIELDS: { readonly [K in keyof Required<WitnessFields>]: true } = {
  ...{ user: true, user_agent: true, source: true, orchestrator: true },
  ...{ etcd: true, process: true, related: true },
};
/** Objects and lists in one another; those of an event are five at the most. */
const MAX_DEPTH = 10;

const isSubjectField = ([name, value]: [string, unknown]): boolean =>
  Object.hasOwn(SUBJECT_FIELDS, name) && isFields(value) && isShallow(value, MAX_DEPTH);

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every(member => isShallow(member, depth - 1));
}

const MAX_SHARED = 10_000;
const texts = new Map<string, string>();

/** Ids of rules and names of clusters are few; what is not is left as it is. */
function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size < MAX_SHARED) texts.set(text, text);
  return text;
}
