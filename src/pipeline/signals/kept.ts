import type { AnyProgram, CorrelationProgram } from '../../sigma/program.ts';

/** What a set of rules has of rules of more than one event. */
export type Programs = {
  readonly programs: readonly AnyProgram[];
  /** What each correlation says, by its id. */
  readonly definitions: ReadonlyMap<string, string>;
};

/**
 * The programs of a new set; one that says the same as before is the same object as before, so that it keeps its state.
 * What the rules that it names look for may have changed: what they found before stays in the window.
 */
export function keptPrograms(before: Programs, after: Programs): readonly AnyProgram[] {
  const known = new Map(before.programs.map(program => [program.rule.id, program]));
  return after.programs.map(program => {
    const old = known.get(program.rule.id);
    const isSame = old !== undefined && textOf(old, before) === textOf(program, after);
    return isSame ? old : program;
  });
}

/** What a program says: its own rule or correlation, those in it, and what its inputs give it. */
function textOf(program: AnyProgram, { definitions }: Programs): string {
  const { file: _file, line: _line, ...rule } = program.rule;
  const written = program.kind === 'correlation' ? nodesOf(program).map(id => definitions.get(id)) : [rule];
  const inputs = program.inputs.map(({ compiled, ...input }) => [compiled.rule.id, input]);
  const covered = program.kind === 'absence' ? [...(program.sight?.covered ?? [])].sort() : [];
  return JSON.stringify([program.kind, written, inputs, program.spanMs, covered]);
}

/** The ids of a correlation and of those in it. */
function nodesOf({ root }: CorrelationProgram): readonly string[] {
  const found: string[] = [];
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    found.push(node.id);
    for (const part of node.parts) if (part.kind === 'correlation') nodes.push(part.node);
  }
  return found;
}
