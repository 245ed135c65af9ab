import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, KeywardenError } from '../errors.ts';

/** A file and what is in it. */
export type Text = { readonly file: string; readonly text: string };

/** The YAML files of a folder and all below it in the order of their names, examples left out; or the one file. Throws `code` where the path cannot be read. */
export function yamlFiles(path: string, code: ErrorCode): readonly Text[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }];
    const entries = readdirSync(path).filter(isShown).sort();
    return entries
      .map(entry => join(path, entry))
      .flatMap(entry => (isFolder(entry) || isYaml(entry) ? yamlFiles(entry, code) : []));
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    throw new KeywardenError(code, `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** What begins with a dot is hidden: a mounted ConfigMap keeps its files a second and a third time in such folders. */
const isShown = (name: string): boolean => !name.startsWith('.');

/** A link that leads nowhere is none; where it has the name of a YAML file, reading it says so. */
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isYaml = (path: string): boolean => /\.ya?ml$/.test(path) && !/\.examples\.ya?ml$/.test(path);
