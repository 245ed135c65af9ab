import { readFileSync } from 'node:fs';
import { KeywardenError } from '../errors.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { type Example, type Examples, examplesFile, parseExamples } from '../sigma/examples.ts';
import type { Program } from '../sigma/program.ts';
import type { Rule } from '../sigma/rule.ts';
import { eventsOf } from './example-events.ts';
import { runSequence } from './example-sequences.ts';
import { type Explained, type ExplainedRules, fires } from './explained.ts';

/** What became of one example. */
export type ExampleResult = {
  readonly name: string;
  readonly mustMatch: boolean;
  readonly held: boolean;
  /** Why it did not hold; or, where the record is no event, what is wrong with it. */
  readonly explained: Explained | undefined;
  readonly fault: string | undefined;
  /** What else is to be said of it, a line each. */
  readonly notes: readonly string[];
};

export type TestedRule = {
  readonly rule: Rule;
  /** Where its examples stand, or should stand. */
  readonly file: string;
  /** Empty where it has none, or where they cannot be read. */
  readonly results: readonly ExampleResult[];
  readonly fault: KeywardenError | undefined;
};

/**
 * Runs the examples beside each rule through the stages of `run`: each record must match its rule, each near miss must
 * not; of a rule or correlation that takes more than one event, each sequence must alert, and each near miss must not.
 */
export function testExamples(set: ExplainedRules): readonly TestedRule[] {
  const read = exampleReader();
  const programs = new Map([...set.programs, ...set.parts].map(program => [program.rule.id, program]));
  const detections = set.rules.map(compiled => ({
    rule: compiled.rule,
    compiled,
    program: programs.get(compiled.rule.id),
  }));
  const correlations = [...programs.values()]
    .filter(({ kind }) => kind === 'correlation')
    .map(program => ({ rule: program.rule, compiled: undefined, program }));
  return [...detections, ...correlations].map(tested => {
    const { file, examples, fault } = read(tested.rule);
    return { rule: tested.rule, file, results: examples.flatMap(one => resultsOf(one, tested, set)), fault };
  });
}

type Tested = { readonly compiled: CompiledRule | undefined; readonly program: Program | undefined };

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

/** In a file of several rules, records are for those with a detection, and events for those that take several. */
function resultsOf(examples: Examples, { compiled, program }: Tested, set: ExplainedRules): readonly ExampleResult[] {
  const results = (example: Example, mustMatch: boolean): readonly ExampleResult[] => {
    if (example.events !== undefined) {
      return program === undefined ? [] : [sequenceResult(example, mustMatch, program)];
    }
    return compiled === undefined ? [] : [resultOf(example, mustMatch, compiled, set)];
  };
  return [
    ...examples.match.flatMap(example => results(example, true)),
    ...examples.no_match.flatMap(example => results(example, false)),
  ];
}

function sequenceResult(example: Example, mustMatch: boolean, program: Program): ExampleResult {
  const { name, count } = example;
  const { events, fault } = eventsOf(example);
  const result = { name, mustMatch, explained: undefined, fault };
  if (fault !== undefined) return { ...result, held: false, notes: [] };
  const { alerts, matches } = runSequence(program, events);
  const held = mustMatch ? (count === undefined ? alerts > 0 : alerts === count) : alerts === 0;
  const wanted = mustMatch ? (count === undefined ? 'at least one' : String(count)) : 'none';
  const of = [...matches].map(([title, found]) => `${found} of ${events.length} events match "${title}"`);
  return {
    ...result,
    held,
    notes: held ? [] : [`${alerts} ${alerts === 1 ? 'alert' : 'alerts'}, expected ${wanted}`, ...of],
  };
}

function resultOf(example: Example, mustMatch: boolean, rule: CompiledRule, set: ExplainedRules): ExampleResult {
  const { name } = example;
  const { events, fault } = eventsOf(example);
  if (fault !== undefined) return { name, mustMatch, held: false, explained: undefined, fault, notes: [] };
  const firing = events.find(one => fires(rule, one));
  const held = (firing !== undefined) === mustMatch;
  const telling = held ? undefined : (firing ?? events[0]);
  const explained = telling === undefined ? undefined : set.explain(rule, telling);
  return { name, mustMatch, held, explained, fault: undefined, notes: explained?.notes ?? [] };
}
