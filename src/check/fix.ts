import type { SourceFile } from './document.ts';
import type { Edit, Finding } from './finding.ts';

/** One edit may make room for another. */
const MAX_PASSES = 10;

export type Fixed = { readonly text: string; readonly count: number };

/** Applies what `find` finds to mend, until nothing is left to do; comments and layout stay. */
export function fixed({ file, text: original }: SourceFile, find: (file: SourceFile) => readonly Finding[]): Fixed {
  let text = original;
  let count = 0;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const fixes = find({ file, text })
      .map(({ edits }) => edits)
      .filter(edits => edits.length > 0);
    const chosen = apart(fixes);
    if (chosen.length === 0) break;
    text = applied(text, chosen.flat());
    count += chosen.length;
  }
  return { text, count };
}

/** The fixes that touch no place of one before. */
function apart(fixes: readonly (readonly Edit[])[]): readonly (readonly Edit[])[] {
  const taken: Edit[] = [];
  return fixes.filter(edits => {
    if (edits.some(edit => taken.some(other => edit.start < other.end && other.start < edit.end))) return false;
    taken.push(...edits);
    return true;
  });
}

const applied = (text: string, edits: readonly Edit[]): string =>
  [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((left, { start, end, text: put }) => left.slice(0, start) + put + left.slice(end), text);
