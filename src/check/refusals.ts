import { KeywardenError } from '../errors.ts';
import { compileDetection, compileRule } from '../sigma/compile.ts';
import { parseExamples } from '../sigma/examples.ts';
import { parseFieldMap } from '../sigma/field-map.ts';
import { parseList } from '../sigma/lists.ts';
import { type ParsedDocument, parseRules } from '../sigma/parse.ts';
import type { Lists } from '../sigma/placeholder.ts';
import type { FieldResolver } from '../sigma/resolve.ts';
import type { Kind, ReadFile } from './document.ts';

/** What the engine itself says of a file that it cannot use; line and column count from 1. */
export type Refusal = { readonly line: number; readonly column: number; readonly what: string };

/** Loads a file as the engine does, so that nothing passes the check that does not load. */
export function refusalsOf(
  { file, text, documents }: ReadFile,
  resolver: FieldResolver,
  lists: Lists,
): readonly Refusal[] {
  const kinds = new Set(documents.map(({ kind }) => kind));
  if (kinds.has('list')) return attempt(file, () => parseList(text, file));
  if (kinds.has('field-map')) return attempt(file, () => parseFieldMap(text, file));
  if (kinds.has('examples')) return attempt(file, () => parseExamples(text, file));
  if (!RULES.some(kind => kinds.has(kind))) return [];
  const options = { ...resolver, lists };
  return parsed(file, text).flatMap(document => {
    if (document.kind === 'rule') return attempt(file, () => compileRule(document.source, options));
    if (document.kind === 'filter') return attempt(file, () => compileDetection(document.source, options));
    return document.kind === 'fault' ? [refusal(file, document.fault.message)] : [];
  });
}

const RULES: readonly Kind[] = ['rule', 'correlation', 'filter', 'collection'];

/** The documents of a text; one that is no YAML has been found to be none already. */
export function parsed(file: string, text: string): readonly ParsedDocument[] {
  try {
    return parseRules(text, file);
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    return [];
  }
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
export function refusal(file: string, message: string): Refusal {
  const rest = message.slice(message.indexOf(`${file}:`) + file.length + 1);
  const [, line = '1', column = '1', what = message] = PLACE.exec(rest) ?? [];
  return { line: Number(line), column: Number(column), what };
}
