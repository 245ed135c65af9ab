import { DETECTING, type Lint, OURS, rules } from '../lint.ts';
import { isNothing, keyOf, nodeAt, pairAt, pairsOf, rewritten, spanOf, textOf, typeOf } from '../nodes.ts';
import { logsourceOf } from '../project.ts';
import { SCHEMAS, schemaOf } from '../schema/schema.ts';
import { meant, nearest } from '../spelling.ts';
import { missing, perhaps, placeOf } from './support.ts';

const TAKEN = ['category', 'product', 'service'] as const;
const KEYS = [...TAKEN, 'definition'];

const PRODUCTS = SCHEMAS.map(({ product }) => product);

export const LOGSOURCE_LINTS: readonly Lint[] = [
  {
    name: 'logsource-missing',
    severity: 'error',
    kinds: DETECTING,
    reason: 'The log source says on which events the rule is evaluated.',
    section: rules('LogSource'),
    fix: 'add logsource: with product: kubernetes and service: audit, or product: etcd and service: server',
    find: missing('logsource'),
  },
  {
    name: 'logsource-empty',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A log source has category, product or service.',
    section: rules('LogSource'),
    fix: 'add product: kubernetes and service: audit, or product: etcd and service: server',
    find: ({ map }) => {
      const logsource = nodeAt(map, 'logsource');
      if (typeOf(logsource) !== 'a map' || TAKEN.some(key => !isNothing(nodeAt(logsource, key)))) return [];
      return [{ at: placeOf(map, 'logsource'), what: 'the log source names no category, product or service' }];
    },
  },
  {
    name: 'logsource-not-text',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Category, product, service and definition are texts.',
    section: rules('LogSource'),
    fix: 'write a text',
    find: ({ map }) =>
      KEYS.flatMap(key => {
        const node = nodeAt(map, 'logsource', key);
        return isNothing(node) || textOf(node) !== undefined
          ? []
          : [{ at: spanOf(node), what: `${key} is ${typeOf(node)}` }];
      }),
  },
  {
    name: 'logsource-form',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Log sources are in lower case, with _ for blanks; . and - are allowed.',
    section: rules('LogSource'),
    fix: 'write it in lower case with _',
    fixable: true,
    find: ({ map }) =>
      TAKEN.flatMap(key => {
        const node = nodeAt(map, 'logsource', key);
        const text = textOf(node);
        if (text === undefined || /^[a-z0-9_.-]*$/.test(text)) return [];
        const edits = rewritten(node, text.toLowerCase().replaceAll(/\s+/g, '_'));
        return [{ at: spanOf(node), what: `${key}: ${text} has capitals or blanks`, edits }];
      }),
  },
  {
    name: 'logsource-key-misspelt',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Keys of one’s own are allowed in a log source; this one was hardly meant.',
    section: rules('LogSource'),
    fix: 'write the key that is meant',
    fixable: true,
    find: ({ map }) => {
      const logsource = nodeAt(map, 'logsource');
      return pairsOf(logsource).flatMap(pair => {
        const word = KEYS.includes(keyOf(pair)) ? undefined : meant(keyOf(pair), KEYS);
        if (word === undefined || pairAt(logsource, word) !== undefined) return [];
        return [
          {
            at: spanOf(pair.key),
            what: `${keyOf(pair)} is no key of a log source`,
            fix: `write ${word}`,
            edits: rewritten(pair.key, word),
          },
        ];
      });
    },
  },
  {
    name: 'logsource-not-read',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A rule for a log source that Keywarden does not read is never evaluated.',
    section: OURS,
    fix: 'use product: kubernetes or product: etcd, or take the rule out',
    find: ({ map }) => {
      const logsource = nodeAt(map, 'logsource');
      const product = textOf(nodeAt(logsource, 'product'));
      if (typeOf(logsource) !== 'a map' || isProduct(product)) return [];
      const what =
        product === undefined ? 'the log source names no product' : `the product ${product} is not read here`;
      const at = product === undefined ? placeOf(map, 'logsource') : placeOf(logsource, 'product');
      return [{ at, what: `${what}${perhaps(nearest(product ?? '', PRODUCTS))}` }];
    },
  },
  {
    name: 'logsource-part-not-read',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Of each product one log is read: the audit log of kubernetes, the log of the server of etcd.',
    section: OURS,
    fix: 'write service: audit for kubernetes, service: server for etcd',
    find: document => {
      const logsource = logsourceOf(document);
      if (!isProduct(logsource.product) || schemaOf(logsource) !== undefined) return [];
      const key = schemaOf({ ...logsource, service: undefined }) === undefined ? 'category' : 'service';
      const what = `the ${key} ${logsource[key]} of ${logsource.product} is not read`;
      return [{ at: placeOf(nodeAt(document.map, 'logsource'), key), what }];
    },
  },
];

const isProduct = (product: string | undefined): boolean => PRODUCTS.includes(product?.toLowerCase() ?? '');
