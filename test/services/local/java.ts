import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOTS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt'];

/** The home of a Java that is new enough: ES_JAVA_HOME, JAVA_HOME, or what is installed at the usual places. */
export function javaHome(minimum: number): string | undefined {
  const candidates = [process.env['ES_JAVA_HOME'], process.env['JAVA_HOME'], ...ROOTS.flatMap(installed)];
  return candidates.find(home => home !== undefined && versionOf(home) >= minimum);
}

function installed(root: string): readonly string[] {
  try {
    return readdirSync(root).flatMap(name => [join(root, name), join(root, name, 'Contents/Home')]);
  } catch {
    return [];
  }
}

/** The major version that the home's `release` file names, 0 where there is none. */
function versionOf(home: string): number {
  try {
    return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export const java = (home: string): string => join(home, 'bin', 'java');

/** Whether a command is on the PATH. */
export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some(folder => {
    try {
      return readdirSync(folder === '' ? dirname(command) : folder).includes(command);
    } catch {
      return false;
    }
  });
}
