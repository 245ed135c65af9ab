import type { Source } from '../ingest/files.ts';
import { type FileSink, type Hunted, type HuntOptions, hunt } from './hunt.ts';

type Options = Pick<HuntOptions, 'settings' | 'enrich'> & { readonly cluster?: string | undefined };

/** Reads the events of files as `run` would have them, without judging any. */
export const readEvents = (
  sources: readonly Source[],
  { settings, cluster, enrich }: Options,
  sink: FileSink,
): Promise<Hunted> =>
  hunt(
    sources,
    { engine: undefined, settings, input: 'audit', unit: 'request', order: 'given', cluster, enrich },
    sink,
  );
