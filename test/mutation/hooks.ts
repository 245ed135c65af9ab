import { registerHooks } from 'node:module';

const SIGMA = new URL('../../src/sigma/', import.meta.url).href;
const SOURCES = new URL('../../src/', import.meta.url).href;
const TESTS = new URL('../', import.meta.url).href;
const OWN = new URL('./', import.meta.url).href;
const GLOBALS = new URL('./globals.ts', import.meta.url).href;

/**
 * Loads the instrumented sources in place of those of src/sigma. What is imported with a generation, such as
 * `x.test.ts?2`, imports all of the project in that generation, anew.
 */
export function useInstrumented(sources: Readonly<Record<string, string>>): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: GLOBALS, format: 'module-typescript', shortCircuit: true };
      const resolved = next(specifier, context);
      const generation = context.parentURL?.split('?')[1];
      return generation === undefined || !isProject(resolved.url)
        ? resolved
        : { ...resolved, url: `${resolved.url}?${generation}` };
    },
    load(url, context, next) {
      const [file = ''] = url.split('?');
      const source = file.startsWith(SIGMA) ? sources[file.slice(SIGMA.length)] : undefined;
      return source === undefined ? next(url, context) : { source, format: 'module-typescript', shortCircuit: true };
    },
  });
}

const isProject = (url: string): boolean =>
  !url.includes('?') && (url.startsWith(SOURCES) || (url.startsWith(TESTS) && !url.startsWith(OWN)));
