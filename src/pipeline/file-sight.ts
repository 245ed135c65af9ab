import { clusterOf } from '../detect/alert.ts';
import type { Clock, Loss } from '../detect/state/evaluator.ts';
import type { Subject } from '../model/event.ts';

/** What the files hold of one data set of one cluster. Times in milliseconds since 1970. */
type Stream = {
  /** Names of the open files in which events of it were found. */
  readonly files: Set<string>;
  /** How far it has come; a single time that is ahead of those around it is not believed. */
  reached: number;
  latest: number;
};

const UNKNOWN = Number.NEGATIVE_INFINITY;

/**
 * From when to when the files tell of each data set: as long as a file of it goes on nothing is missing, what comes before
 * the first one is, and what lies between two by more than the lateness.
 */
export class FileSight {
  readonly #latenessMs: number;
  readonly #lose: (cluster: string, loss: Loss) => void;
  readonly #streams = new Map<string, Map<Subject['dataset'], Stream>>();

  constructor(latenessMs: number, lose: (cluster: string, loss: Loss) => void) {
    this.#latenessMs = latenessMs;
    this.#lose = lose;
  }

  see(file: string, subject: Subject, time: number): void {
    const stream = this.#streamOf(clusterOf(subject) ?? '', subject.dataset, time);
    stream.reached = Math.max(stream.reached, Math.min(time, stream.latest));
    stream.latest = time;
    stream.files.add(file);
  }

  /** The file is read to its end. */
  close(file: string): void {
    for (const datasets of this.#streams.values()) {
      for (const stream of datasets.values()) {
        if (stream.files.delete(file)) stream.reached = Math.max(stream.reached, stream.latest);
      }
    }
  }

  /** The clock at this moment. */
  at(now: number): Clock {
    return {
      now,
      sight: (cluster, dataset) => {
        // Of what a JSON object is about nothing is known.
        if (dataset === 'json') return now;
        const stream = this.#streams.get(cluster)?.get(dataset);
        if (stream === undefined) return UNKNOWN;
        return stream.files.size > 0 ? now : Math.min(now, stream.reached);
      },
    };
  }

  /** The data sets of which there is anything, of whatever cluster. */
  get datasets(): readonly Subject['dataset'][] {
    return [...new Set([...this.#streams.values()].flatMap(datasets => [...datasets.keys()]))];
  }

  #streamOf(cluster: string, dataset: Subject['dataset'], time: number): Stream {
    const datasets = this.#streams.get(cluster) ?? new Map<Subject['dataset'], Stream>();
    this.#streams.set(cluster, datasets);
    const known = datasets.get(dataset);
    if (known === undefined) {
      const stream = { files: new Set<string>(), reached: time, latest: time };
      datasets.set(dataset, stream);
      this.#lose(cluster, { dataset, from: UNKNOWN, to: time });
      return stream;
    }
    const isHole = known.files.size === 0 && time > known.reached + this.#latenessMs;
    if (isHole) this.#lose(cluster, { dataset, from: known.reached, to: time });
    return known;
  }
}
