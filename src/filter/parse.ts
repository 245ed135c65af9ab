import { z } from 'zod';
import type { KeywardenError } from '../errors.ts';
import type { Dataset } from '../model/event.ts';
import { type CompileOptions, compileDetection } from '../sigma/compile.ts';
import { readDetection } from '../sigma/detection.ts';
import { type YamlDocument, YamlSource } from '../sigma/source.ts';

/** What becomes of the events that a filter means. `rate` is the share that is kept. */
export type Action =
  | { readonly kind: 'drop' }
  | { readonly kind: 'sample'; readonly rate: number }
  | { readonly kind: 'without-bodies' };

/** A filter ready to be used. */
export type Filter = {
  readonly name: string;
  readonly dataset: Dataset;
  readonly action: Action;
  readonly matches: (document: object) => boolean;
  /** An error about the filter as a whole, naming its place. */
  readonly fault: (what: string) => KeywardenError;
};

const DOCS = 'docs/filters.md';

const DATASETS = { kubernetes: 'kubernetes.audit_logs', etcd: 'etcd.audit_logs' } as const;

const common = {
  filter: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a name of lower-case letters, digits and -, at most 64'),
  description: z.string().min(1, 'say what is left out and why nobody will miss it'),
  logsource: z.strictObject({
    product: z.enum(['kubernetes', 'etcd'], 'expected kubernetes or etcd'),
    service: z.string().optional(),
  }),
  detection: z.unknown().optional(),
};

const FilterFields = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ ...common, action: z.literal('drop') }),
    z.strictObject({
      ...common,
      action: z.literal('sample'),
      rate: z
        .number('expected the share to keep, such as 0.01')
        .gt(0, 'expected a share above 0; write action: drop to keep none')
        .lt(1, 'expected a share below 1; without the filter all are kept'),
    }),
    z.strictObject({ ...common, action: z.literal('without-bodies') }),
  ],
  'expected drop, sample or without-bodies',
);

/** Reads and compiles the filters of one file, in their order. Throws FILTER naming file, line and column. */
export function parseFilters(text: string, file: string, options: CompileOptions): readonly Filter[] {
  const source = new YamlSource(text, file, 'FILTER');
  return source.documents.map(document => readFilter(document, source, options));
}

function readFilter(document: YamlDocument, source: YamlSource, options: CompileOptions): Filter {
  const { map } = document;
  const fields = FilterFields.safeParse(document.value);
  if (!fields.success) throw source.refusal(document, fields.error, DOCS);
  const { data } = fields;
  const { product } = data.logsource;
  if (data.action === 'without-bodies' && product === 'etcd') {
    throw source.fault(map.get('action', true), 'action: the lines of etcd have no bodies; write drop or sample');
  }
  const detection = readDetection(map, (node, what) => source.fault(node, what));
  return {
    name: data.filter,
    dataset: DATASETS[product],
    action: data.action === 'sample' ? { kind: 'sample', rate: data.rate } : { kind: data.action },
    matches: compileDetection({ rule: { logsource: data.logsource }, ...detection }, options).test,
    fault: what => source.fault(map, what),
  };
}
