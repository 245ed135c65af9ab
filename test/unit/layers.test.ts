import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const SRC = resolve(import.meta.dirname, '../../src');
const STAGES = ['ingest', 'normalize', 'gaps', 'enrich', 'detect', 'filter', 'deliver'];

/** What lies under all stages, from which nothing reaches up. */
const GROUND = ['model', 'sigma', 'telemetry', 'errors.ts', 'backoff.ts'];

/** What a folder may import besides itself and the ground. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ingest: [],
  normalize: [],
  gaps: [],
  enrich: [],
  detect: [],
  filter: [],
  deliver: [],
  collect: [],
  model: [],
  sigma: [],
  telemetry: [],
  config: [],
  check: [],
  policy: [],
  report: ['check', 'policy'],
  pipeline: [...STAGES, 'collect', 'config', 'check', 'policy'],
  cli: [...STAGES, 'config', 'check', 'policy', 'report', 'pipeline'],
};

const IMPORT = /(?:import|export)[^'"]*?from\s*['"](\.[^'"]+)['"]|import\s*\(?\s*['"](\.[^'"]+)['"]/g;

test('no stage imports another stage, and nothing imports what stands above it', () => {
  expect(imports().filter(isCrossing).map(describe)).toEqual([]);
});

test('the test sees imports at all: the pipeline wires the stages', () => {
  const wired = new Set(
    imports()
      .filter(({ from }) => part(from) === 'pipeline')
      .map(({ to }) => part(to)),
  );
  expect(STAGES.filter(stage => !wired.has(stage))).toEqual([]);
});

test('every folder under src has its place in the order', () => {
  const folders = readdirSync(SRC, { withFileTypes: true }).filter(entry => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter(name => !(name in ALLOWED))).toEqual([]);
});

type Import = { readonly from: string; readonly to: string };

function imports(): readonly Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => /\.[jt]s$/.test(name));
  return files.flatMap(from => {
    const text = readFileSync(join(SRC, from), 'utf8');
    return [...text.matchAll(IMPORT)].map(([, named, bare]) => ({
      from,
      to: relative(SRC, resolve(dirname(join(SRC, from)), named ?? bare ?? '')),
    }));
  });
}

function isCrossing({ from, to }: Import): boolean {
  const allowed = [
    part(from),
    ...(ALLOWED[part(from)] ?? []),
    ...(GROUND.includes(part(from)) ? ['errors.ts', 'model'] : GROUND),
  ];
  return !allowed.includes(part(to));
}

const part = (path: string): string => path.split('/', 1)[0] ?? path;
const describe = ({ from, to }: Import): string => `${from} imports ${to}`;
