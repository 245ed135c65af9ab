import { readFileSync } from 'node:fs';
import { KeywardenError } from '../errors.ts';
import type { Dataset, EcsDocument, Event } from '../model/event.ts';
import { normalize } from '../normalize/normalize.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { type Example, type Examples, examplesFile, parseExamples } from '../sigma/examples.ts';
import type { Rule } from '../sigma/rule.ts';
import { type Explained, type ExplainedRules, fires } from './explained.ts';

/** What became of one example. */
export type ExampleResult = {
  readonly name: string;
  readonly mustMatch: boolean;
  readonly held: boolean;
  /** Why it did not hold; or, where the record is no event, what is wrong with it. */
  readonly explained: Explained | undefined;
  readonly fault: string | undefined;
};

export type TestedRule = {
  readonly rule: Rule;
  /** Where its examples stand, or should stand. */
  readonly file: string;
  /** Empty where it has none, or where they cannot be read. */
  readonly results: readonly ExampleResult[];
  readonly fault: KeywardenError | undefined;
};

/** Runs the examples beside each rule through the stages of `run`: each record must match its rule, each near miss must not. */
export function testExamples(set: ExplainedRules): readonly TestedRule[] {
  const read = exampleReader();
  return set.rules.map(compiled => {
    const { file, examples, fault } = read(compiled.rule);
    const results = examples.flatMap(one => resultsOf(one, compiled, set));
    return { rule: compiled.rule, file, results, fault };
  });
}

/** The examples of a rule, and the file in which they stand or should stand. */
export type ReadExamples = Read & { readonly file: string };

type Read = { readonly examples: readonly Examples[]; readonly fault: KeywardenError | undefined };

/** Reads the examples of rules, each file once. */
export function exampleReader(): (rule: Rule) => ReadExamples {
  const files = new Map<string, Read>();
  return rule => {
    const file = examplesFile(rule.file);
    const read = files.get(file) ?? examplesIn(file);
    files.set(file, read);
    return { ...read, file, examples: read.examples.filter(one => one.rule === undefined || one.rule === rule.id) };
  };
}

function examplesIn(file: string): Read {
  try {
    return { examples: parseExamples(readFileSync(file, 'utf8'), file), fault: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { examples: [], fault: undefined };
    if (error instanceof KeywardenError) return { examples: [], fault: error };
    throw error;
  }
}

function resultsOf(examples: Examples, rule: CompiledRule, set: ExplainedRules): readonly ExampleResult[] {
  const result = (example: Example, mustMatch: boolean) => resultOf(example, mustMatch, rule, set);
  return [
    ...examples.match.map(example => result(example, true)),
    ...examples.no_match.map(example => result(example, false)),
  ];
}

function resultOf(example: Example, mustMatch: boolean, rule: CompiledRule, set: ExplainedRules): ExampleResult {
  const { name } = example;
  const { events, fault } = eventsOf(example);
  if (fault !== undefined) return { name, mustMatch, held: false, explained: undefined, fault };
  const firing = events.find(one => fires(rule, one));
  const held = (firing !== undefined) === mustMatch;
  const telling = held ? undefined : (firing ?? events[0]);
  const explained = telling === undefined ? undefined : set.explain(rule, telling);
  return { name, mustMatch, held, explained, fault: undefined };
}

type EventsOf = { readonly events: readonly Event[]; readonly fault?: string };

/** The events of an example: of a record as it would come from line 1 of a file, with nothing known of what came before. */
export function eventsOf({ record, event }: Pick<Example, 'record' | 'event'>): EventsOf {
  return record === undefined ? writtenEvent(event ?? {}) : normalizedEvents(record);
}

const ORIGIN = { file: 'example', line: 1 };

function normalizedEvents(record: NonNullable<Example['record']>): EventsOf {
  const bytes = Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
  const events: Event[] = [];
  let fault: string | undefined;
  normalize(
    { bytes, origin: ORIGIN, cluster: undefined, receivedAt: undefined },
    normalizeSettings('keywarden', Date.now),
    {
      event: event => void events.push(event),
      deadLetter: letter => {
        fault = letter.reason;
      },
    },
  );
  if (fault === undefined && events.length === 0) fault = 'the record holds no event';
  return fault === undefined ? { events } : { events, fault };
}

const DATASETS: readonly string[] = ['kubernetes.audit_logs', 'etcd.audit_logs'] satisfies readonly Dataset[];

function writtenEvent(fields: Readonly<Record<string, unknown>>): EventsOf {
  const document = fields as unknown as EcsDocument;
  const dataset = document.event?.dataset;
  if (!DATASETS.includes(dataset)) {
    return { events: [], fault: `event.dataset is none of ${DATASETS.join(', ')}, so no rule reads the event` };
  }
  return { events: [{ id: 'example', dataset, document, origin: ORIGIN, judged: true, verbatim: undefined }] };
}
