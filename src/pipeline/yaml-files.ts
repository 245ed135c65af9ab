import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, KeywardenError } from '../errors.ts';

/** A file and what is in it. */
export type Text = { readonly file: string; readonly text: string };

/** The YAML files of a folder and all below it in the order of their names, examples left out; or the one file. Throws `code` where the path cannot be read. */
export function yamlFiles(path: string, code: ErrorCode): readonly Text[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }];
    const entries = readdirSync(path).filter(isYaml(path)).sort();
    return entries.flatMap(entry => yamlFiles(join(path, entry), code));
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    throw new KeywardenError(code, `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** What begins with a dot is hidden: a mounted ConfigMap keeps its files a second and a third time in such folders. */
const isYaml = (folder: string) => (name: string) =>
  !name.startsWith('.') &&
  (statSync(join(folder, name)).isDirectory() || (/\.ya?ml$/.test(name) && !/\.examples\.ya?ml$/.test(name)));
