import type { CorrelationProgram, Program } from '../../sigma/program.ts';

/** What a set of rules has of rules of more than one event. */
export type Programs = {
  readonly programs: readonly Program[];
  /** Correlations that count only as a part of others. */
  readonly parts: readonly CorrelationProgram[];
};

/**
 * The programs of a new set; one that says the same as before is the same object as before, so that it keeps its state.
 * What the rules that it names look for may have changed: what they found before stays in the window.
 */
export function keptPrograms(before: Programs, after: Programs): readonly Program[] {
  const [old, young] = [definitionsOf(before), definitionsOf(after)];
  const known = new Map(before.programs.map(program => [program.rule.id, program]));
  return after.programs.map(program => {
    const { id } = program.rule;
    const same = known.get(id);
    return same !== undefined && old(same) === young(program) ? same : program;
  });
}

/** The text of a program: its own rule, those of the correlations in it, and what its inputs give it. */
function definitionsOf({ programs, parts }: Programs): (program: Program) => string {
  const rules = new Map([...programs, ...parts].map(({ rule }) => [rule.id, rule]));
  return program => {
    const inner = program.kind === 'correlation' ? innerOf(program) : [];
    const written = [program.rule.id, ...inner].map(id => ({ ...rules.get(id), file: undefined, line: undefined }));
    const inputs = program.inputs.map(({ compiled, ...input }) => [compiled.rule.id, input]);
    const covered = program.kind === 'absence' ? [...(program.sight?.covered ?? [])].sort() : [];
    return JSON.stringify([program.kind, written, inputs, program.spanMs, covered]);
  };
}

const innerOf = ({ root }: CorrelationProgram): readonly string[] => {
  const found: string[] = [];
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    for (const part of node.parts) {
      if (part.kind !== 'correlation') continue;
      found.push(part.node.id);
      nodes.push(part.node);
    }
  }
  return found;
};
