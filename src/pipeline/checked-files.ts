import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SourceFile } from '../check/document.ts';
import { KeywardenError } from '../errors.ts';
import { type FieldMap, parseFieldMap } from '../sigma/field-map.ts';
import { fieldMaps } from '../sigma/field-resolver.ts';
import { kindOf } from '../sigma/kind.ts';
import type { FieldResolver } from '../sigma/resolve.ts';
import { SHIPPED_RULES } from './rules.ts';

/** The files to check, those that are known beside them, and what their fields mean. */
export type CheckedFiles = {
  readonly files: readonly SourceFile[];
  readonly beside: readonly SourceFile[];
  readonly resolver: FieldResolver;
};

/**
 * The YAML files of paths, the shipped rules where there are none. Beside them stand the shipped ones, those of `more`
 * (lists, field maps), and what belongs to a single file: its examples. Throws FILE where a path cannot be read or has no file to check.
 */
export function checkedFiles(paths: readonly string[], more: readonly string[]): CheckedFiles {
  const wanted = (paths.length === 0 ? [SHIPPED_RULES] : paths).flatMap(someYamlUnder);
  const names = [...new Map(wanted.map(file => [resolve(file), file])).values()];
  const taken = new Set(names.map(file => resolve(file)));
  const companions = names.flatMap(file => companionsOf(file).filter(other => existsSync(other)));
  const others = [...companions, ...more.flatMap(yamlUnder), ...yamlUnder(SHIPPED_RULES)];
  const beside = [...new Map(others.map(file => [resolve(file), file])).entries()].filter(([path]) => !taken.has(path));
  const files = names.map(read);
  const known = beside.map(([, file]) => read(file));
  // Of two maps the later one counts: the shipped ones come first.
  return { files, beside: known, resolver: fieldMaps(mapsIn([...known.toReversed(), ...files])).resolver };
}

/** The field maps that can be read; what is wrong with others the check says. */
const mapsIn = (files: readonly SourceFile[]): readonly FieldMap[] =>
  files
    .filter(({ text }) => kindOf(text) === 'fields')
    .flatMap(({ text, file }) => {
      try {
        return [parseFieldMap(text, file)];
      } catch (error) {
        if (error instanceof KeywardenError) return [];
        throw error;
      }
    });

const YAML = /\.ya?ml$/;
const EXAMPLES = /\.examples(\.ya?ml)$/;

/** A rule's examples, and the rule of examples. */
const companionsOf = (file: string): readonly string[] =>
  EXAMPLES.test(file) ? [file.replace(EXAMPLES, '$1')] : [file.replace(/(\.ya?ml)$/, '.examples$1')];

function someYamlUnder(path: string): readonly string[] {
  const files = yamlUnder(path);
  if (files.length > 0) return files;
  throw new KeywardenError('FILE', `${path}: no files to check there; looked for .yml and .yaml`);
}

function yamlUnder(path: string): readonly string[] {
  return guarded(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.filter(isShown).flatMap(entry => {
      if (entry.isDirectory()) return yamlUnder(join(path, entry.name));
      return YAML.test(entry.name) ? [join(path, entry.name)] : [];
    });
  });
}

/** A mounted ConfigMap keeps its files a second time in hidden folders. */
const isShown = ({ name }: { readonly name: string }): boolean => !name.startsWith('.');

const read = (file: string): SourceFile => guarded(file, () => ({ file, text: readFileSync(file, 'utf8') }));

function guarded<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    throw new KeywardenError('FILE', `${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
