import { readFileSync } from 'node:fs';
import { createEnrich, type Enrich } from '../enrich/enrich.ts';
import { type Database, openGeoIp } from '../enrich/geoip.ts';
import { labellerOf, parseLabels } from '../enrich/labels.ts';
import { KeywardenError } from '../errors.ts';
import { yamlFiles } from './yaml-files.ts';

/** Paths of what events are enriched with. */
export type EnrichmentPaths = {
  /** MaxMind databases, .mmdb. */
  readonly geoip?: readonly string[] | undefined;
  /** Files and folders of labels. */
  readonly labels?: readonly string[] | undefined;
};

/** Reads databases and labels into memory; undefined where none is given. Throws ENRICHMENT. */
export function loadEnrichment({ geoip = [], labels = [] }: EnrichmentPaths): Enrich | undefined {
  if (geoip.length === 0 && labels.length === 0) return undefined;
  const lists = labels.flatMap(path => yamlFiles(path, 'ENRICHMENT')).map(({ text, file }) => parseLabels(text, file));
  return createEnrich(openGeoIp(geoip.map(readDatabase)), labellerOf(lists));
}

function readDatabase(file: string): Database {
  try {
    return { file, bytes: readFileSync(file) };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new KeywardenError('ENRICHMENT', `${file} cannot be read (${code})`, { cause });
  }
}
