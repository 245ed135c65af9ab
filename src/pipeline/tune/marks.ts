import type { Alert } from '../../model/alert.ts';
import type { MarkedAlert } from './marked.ts';

export type Mark = 'false' | 'true';

type Entry = { readonly mark: Mark; readonly alert: MarkedAlert };

/** Finds the mark of a match. What is marked both ways is true: no harm is done by an alert too many. */
export class Marks {
  readonly #byId = new Map<string, Entry>();
  readonly #byGroup = new Map<string, Entry[]>();
  readonly #all: readonly MarkedAlert[];
  readonly #found = new Set<MarkedAlert>();

  constructor(marked: Readonly<Record<Mark, readonly MarkedAlert[]>>) {
    this.#all = [...marked.false, ...marked.true];
    for (const mark of ['false', 'true'] as const) for (const alert of marked[mark]) this.#add({ mark, alert });
  }

  /** The mark of the alert that one match makes: by its event, its own id, or as one of the many that an alert has counted. */
  of({ event, rule, keywarden }: Alert): Mark | undefined {
    const { evidence, group, first_seen: seen } = keywarden.alert;
    const [id = ''] = evidence.map(({ event_id }) => event_id);
    const at = Date.parse(seen);
    const counted = this.#byGroup
      .get(keyOf(rule.id, groupKey(group)))
      ?.filter(({ alert: { from, to } }) => from <= at && at <= to);
    const entry = this.#byId.get(keyOf(rule.id, id)) ?? this.#byId.get(keyOf(rule.id, event.id)) ?? counted?.at(-1);
    for (const one of [entry, ...(counted ?? [])]) if (one !== undefined) this.#found.add(one.alert);
    return entry?.mark;
  }

  /** Alerts of which no match was asked for. */
  get missing(): readonly MarkedAlert[] {
    return this.#all.filter(alert => !this.#found.has(alert));
  }

  #add(entry: Entry): void {
    const { rule, id, events, group } = entry.alert;
    for (const key of [id, ...events]) this.#byId.set(keyOf(rule, key), entry);
    const key = keyOf(rule, groupKey(group));
    const entries = this.#byGroup.get(key);
    if (entries === undefined) this.#byGroup.set(key, [entry]);
    else entries.push(entry);
  }
}

const keyOf = (rule: string, id: string): string => `${rule}\0${id}`;

/** An index may give the fields of a group in any order. */
const groupKey = (group: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(group).sort());
