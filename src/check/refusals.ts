import { KeywardenError } from '../errors.ts';
import { compileRule } from '../sigma/compile.ts';
import { parseList } from '../sigma/lists.ts';
import { parseRules } from '../sigma/parse.ts';
import type { Lists } from '../sigma/placeholder.ts';
import type { ReadFile } from './document.ts';
import type { ResolveField } from './project.ts';

/** What the engine itself says of a file that it cannot use; line and column count from 1. */
export type Refusal = { readonly line: number; readonly column: number; readonly what: string };

/** Loads a file of rules or a list as the engine does, so that nothing passes the check that does not load. */
export function refusalsOf(
  { file, text, documents }: ReadFile,
  resolve: ResolveField,
  lists: Lists,
): readonly Refusal[] {
  const kinds = new Set(documents.map(({ kind }) => kind));
  if (kinds.has('list')) return attempt(file, () => [parseList(text, file)]);
  if (!kinds.has('rule')) return [];
  const options = {
    lists,
    resolve: (field: string, logsource: Parameters<ResolveField>[1]) => resolve(field, logsource)[0],
  };
  return attempt(file, () => parseRules(text, file).map(source => compileRule(source, options)));
}

function attempt(file: string, load: () => unknown): readonly Refusal[] {
  try {
    load();
    return [];
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    return [refusal(file, error.message)];
  }
}

const PLACE = /^(\d+):(\d+): ([\s\S]*)$/;

/** `the rule cannot be used: FILE:3:5: what` */
function refusal(file: string, message: string): Refusal {
  const rest = message.slice(message.indexOf(`${file}:`) + file.length + 1);
  const [, line = '1', column = '1', what = message] = PLACE.exec(rest) ?? [];
  return { line: Number(line), column: Number(column), what };
}
