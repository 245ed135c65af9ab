import type { Event } from '../../model/event.ts';
import type { FilterSummary } from '../../model/filter.ts';
import { wellFormed, writeDocument, writeText } from './document.ts';

const NEWLINE = 0x0a;

/** The indices that documents go to. */
export type Targets = {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly alerts: string;
  readonly filters: string;
};

/** Data streams and alert alias of one namespace. */
export const targets = (namespace: string): Targets => ({
  kubernetes: `logs-kubernetes.audit_logs-${namespace}`,
  etcd: `logs-etcd.audit_logs-${namespace}`,
  alerts: `keywarden-alerts-${namespace}`,
  filters: `logs-keywarden.filters-${namespace}`,
});

/**
 * One NDJSON body of `POST /_bulk` under construction: pairs of lines, `create` and the document.
 * Its memory is one buffer, used again for the next body; it grows only for a document larger than the whole buffer.
 */
export class BulkBody {
  #buffer: Buffer;
  #end = 0;
  #starts: number[] = [];
  readonly #targets: Targets;

  constructor(capacity: number, targets: Targets) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
    this.#targets = targets;
  }

  get count(): number {
    return this.#starts.length;
  }

  get size(): number {
    return this.#end;
  }

  /** Bytes of memory that it holds. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** The bytes to send; valid until `clear`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  /** Adds an event, or returns false where it has to wait for an empty body. */
  addEvent(event: Event): boolean {
    const index = event.dataset === 'kubernetes.audit_logs' ? this.#targets.kubernetes : this.#targets.etcd;
    return this.#add(at => writeDocument(event, action(index, event.id), this.#buffer, at));
  }

  /** Adds what a filter did, or returns false where it has to wait for an empty body. */
  addSummary(summary: FilterSummary): boolean {
    return this.#addJson(action(this.#targets.filters, summary.event.id), summary);
  }

  /** Adds an operation of another body again, as its two lines. */
  addLines(lines: Buffer): boolean {
    if (this.#end + lines.length > this.#buffer.length) {
      if (this.count > 0) return false;
      this.#buffer = Buffer.allocUnsafeSlow(lines.length);
    }
    this.#starts.push(this.#end);
    this.#end += lines.copy(this.#buffer, this.#end);
    return true;
  }

  /** The two lines of operation `i`, newlines included. */
  lines(i: number): Buffer {
    return this.#buffer.subarray(this.#starts[i], this.#starts[i + 1] ?? this.#end);
  }

  /** The id of operation `i`. */
  id(i: number): string {
    const lines = this.lines(i);
    return ACTION_ID.exec(lines.toString('latin1', 0, lines.indexOf(NEWLINE)))?.[1] ?? '';
  }

  /** Removes the operations to which `keep` says no. */
  retain(keep: (i: number) => boolean): void {
    const starts: number[] = [];
    let end = 0;
    for (let i = 0; i < this.count; i += 1) {
      if (!keep(i)) continue;
      starts.push(end);
      const from = this.#starts[i] ?? this.#end;
      const to = this.#starts[i + 1] ?? this.#end;
      this.#buffer.copyWithin(end, from, to);
      end += to - from;
    }
    this.#starts = starts;
    this.#end = end;
  }

  clear(): void {
    this.#end = 0;
    this.#starts = [];
  }

  #addJson(before: string, document: FilterSummary): boolean {
    const text = before + wellFormed(JSON.stringify(document));
    return this.#add(at => writeText(text, this.#buffer, at));
  }

  /** Closes the line that `write` has written, which returns its end or -1 where it does not fit. */
  #add(write: (at: number) => number): boolean {
    const start = this.#end;
    const end = write(start);
    if (end < 0 || end >= this.#buffer.length) {
      if (this.count > 0) return false;
      this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
      return this.#add(write);
    }
    this.#buffer[end] = NEWLINE;
    this.#starts.push(start);
    this.#end = end + 1;
    return true;
  }
}

const ACTION_ID = /"_id":"([\w-]+)"/;

const action = (index: string, id: string): string => `{"create":{"_index":"${index}","_id":"${id}"}}\n`;
