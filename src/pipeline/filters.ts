import { type Filter, parseFilters } from '../filter/parse.ts';
import type { CompileOptions } from '../sigma/compile.ts';
import { yamlFiles } from './yaml-files.ts';

/** Reads and compiles the filters of files and folders, in their order. Throws FILTER for the first that cannot be used: a filter that is not in force costs money, one that is half in force costs evidence. */
export function loadFilters(paths: readonly string[], options: CompileOptions): readonly Filter[] {
  const filters = paths
    .flatMap(path => yamlFiles(path, 'FILTER'))
    .flatMap(({ text, file }) => parseFilters(text, file, options));
  const names = new Set<string>();
  for (const { name, fault } of filters) {
    if (names.has(name)) throw fault(`filter: the name ${name} is taken by another filter; give this one its own`);
    names.add(name);
  }
  return filters;
}
