import type { ReadFile } from './document.ts';
import type { Found, Span } from './finding.ts';
import { elementsOf, nodeAt, spanOf, textOf, typeOf } from './nodes.ts';

/** A lint that a document or a line of it is excused from. */
export type Allowance = {
  readonly lint: string;
  readonly reason: string;
  readonly at: Span;
  /** Whether it excuses what stands here; offsets are those of the file. */
  readonly covers: (offset: number) => boolean;
};

/** What a file allows, and what of it is malformed. */
export type Allowances = { readonly allowances: readonly Allowance[]; readonly malformed: readonly Found[] };

/** `keywarden: allow:` excuses a document, the comment `# keywarden-allow LINT: reason` its own line, or the next where it stands alone. */
export function allowancesOf(file: ReadFile): Allowances {
  const keys = file.documents.map(({ map }) => {
    const [start, end] = [map.range?.[0] ?? 0, map.range?.[2] ?? 0];
    return elementsOf(nodeAt(map, 'keywarden', 'allow')).map(entry => {
      const [lint, reason] = [textOf(nodeAt(entry, 'lint'))?.trim(), textOf(nodeAt(entry, 'reason'))?.trim()];
      const at = spanOf(entry, [start, start]);
      const covers = (offset: number): boolean => offset >= start && offset <= end;
      return typeOf(entry) === 'a map' && lint && reason
        ? { lint, reason, at, covers }
        : { at, what: 'an entry of allow lacks lint or reason' };
    });
  });
  const all = [...keys.flat(), ...commentsOf(file)];
  return {
    allowances: all.filter((one): one is Allowance => 'lint' in one),
    malformed: all.filter((one): one is Found => 'what' in one),
  };
}

const COMMENT = /#[ \t]*keywarden-allow\b[ \t]*([a-z0-9-]*)[ \t]*:?[ \t]*(.*)/g;

function commentsOf({ text, place }: ReadFile): readonly (Allowance | Found)[] {
  return [...text.matchAll(COMMENT)].map(({ 0: written, 1: lint = '', 2: reason = '', index }) => {
    const at: Span = [index, index + written.length];
    const { line, column } = place(index);
    const alone = text.slice(index - column + 1, index).trim() === '';
    const covers = (offset: number): boolean => place(offset).line === line + (alone ? 1 : 0);
    return lint === '' || reason.trim() === ''
      ? { at, what: 'a comment keywarden-allow lacks the lint or the reason' }
      : { lint, reason: reason.trim(), at, covers };
  });
}
