import type { CompileOptions } from './compile.ts';
import { type Condition, parseCondition } from './condition.ts';
import type { DetectionSource, Item, Selection } from './detection.ts';
import { type FieldVerdict, judgeField } from './explain-field.ts';
import { compileItems } from './items.ts';
import { type Pairing, pairingOf } from './pairing.ts';
import type { RuleSource } from './parse.ts';

/** Which parts of a condition held on an event. `not` has one part; `text` is the condition as it was written. */
export type Clause =
  | { readonly kind: 'and' | 'or' | 'not'; readonly holds: boolean; readonly parts: readonly Clause[] }
  | {
      readonly kind: 'selection';
      readonly name: string;
      readonly holds: boolean;
      readonly alternatives: readonly Alternative[];
    };

/** Fields of a selection that have to hold together. */
export type Alternative = {
  readonly holds: boolean;
  readonly fields: readonly FieldVerdict[];
  /** Lists of objects of which one element has to meet several of the fields. */
  readonly pairings: readonly Pairing[];
};

/** Whether one of the conditions of a detection holds. */
export type Verdict = {
  readonly holds: boolean;
  readonly conditions: readonly { readonly text: string; readonly clause: Clause }[];
};

/** Why a rule holds on an event or not. Its filters have to hold too: each says what is not to be left out. */
export type Explanation = Verdict & {
  readonly filters: readonly (Verdict & { readonly title: string; readonly file: string })[];
};

/**
 * Prepares to say of any event why a rule holds or does not. Made of the parts that the compiled rule is made of, so that
 * both always agree. Throws RULE, as compiling does.
 */
export function explainer(source: RuleSource, options: CompileOptions): (event: object) => Explanation {
  const rule = judgeDetection(source, options);
  const filters = source.filters.map(filter => ({ ...filter.filter, judge: judgeDetection(filter, options) }));
  return event => {
    const verdict = rule(event);
    const judged = filters.map(({ title, file, judge }) => ({ title, file, ...judge(event) }));
    return { ...verdict, holds: verdict.holds && judged.every(({ holds }) => holds), filters: judged };
  };
}

function judgeDetection(source: DetectionSource, options: CompileOptions): (event: object) => Verdict {
  const names = [...source.selections.keys()];
  const selections = new Map(
    [...source.selections].map(([name, selection]) => [name, selectionJudge(selection, source, options)]),
  );
  const conditions = source.conditions.map(({ value }) => ({
    text: String(value),
    condition: parseCondition(String(value), names),
  }));
  return event => {
    const judged = conditions.map(({ text, condition }) => ({ text, clause: clauseOf(condition, selections, event) }));
    return { holds: judged.some(({ clause }) => clause.holds), conditions: judged };
  };
}

type Judge = (event: object) => readonly Alternative[];

function clauseOf(condition: Condition, selections: ReadonlyMap<string, Judge>, event: object): Clause {
  if (condition.kind === 'selection') {
    const { name } = condition;
    const alternatives = selections.get(name)?.(event) ?? [];
    return { kind: 'selection', name, holds: alternatives.some(({ holds }) => holds), alternatives };
  }
  if (condition.kind === 'not') {
    const part = clauseOf(condition.part, selections, event);
    return { kind: 'not', holds: !part.holds, parts: [part] };
  }
  const parts = condition.parts.map(part => clauseOf(part, selections, event));
  const holds = condition.kind === 'and' ? parts.every(part => part.holds) : parts.some(part => part.holds);
  return { kind: condition.kind, holds, parts };
}

function selectionJudge(selection: Selection, source: DetectionSource, options: CompileOptions): Judge {
  const judges = selection.map(items => alternativeJudge(items, source, options));
  return event => judges.map(judge => judge(event));
}

function alternativeJudge(
  items: readonly Item[],
  source: DetectionSource,
  options: CompileOptions,
): (event: object) => Alternative {
  const { test } = compileItems(items, source, options);
  const fields = items.map(item => judgeField(item, source, options));
  return event => {
    const holds = test(event);
    const verdicts = fields.map(field => field.verdict(event));
    const askPairing = holds || verdicts.every(verdict => verdict.holds);
    return { holds, fields: verdicts, pairings: askPairing ? pairingOf(fields, event) : [] };
  };
}
