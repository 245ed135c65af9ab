import { createHash } from 'node:crypto';
import { KeywardenError } from '../errors.ts';
import { Collection, type Gathered } from './collection.ts';
import { type CorrelationSource, readCorrelation } from './correlation.ts';
import { type DetectionSource, readDetection } from './detection.ts';
import { type FilterSource, readFilter } from './filter.ts';
import { type Rule, RuleFields } from './rule.ts';
import { type FaultAt, type YamlDocument, YamlSource } from './source.ts';

/** A rule as it was written. */
export type RuleSource = DetectionSource & {
  readonly rule: Rule;
  /** What is left out of its matches. */
  readonly filters: readonly FilterSource[];
  readonly faultAt: FaultAt;
};

/** What one document of a file of rules is; a `note` says what was made of it, after its place. */
export type ParsedDocument =
  | { readonly kind: 'rule'; readonly source: RuleSource; readonly notes: readonly string[] }
  | { readonly kind: 'filter'; readonly source: FilterSource }
  | { readonly kind: 'correlation'; readonly source: CorrelationSource; readonly notes: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: KeywardenError };

/** Reads the documents of one file, each for itself: one that cannot be used is a fault and takes no other with it. */
export function parseRules(text: string, file: string): readonly ParsedDocument[] {
  const source = new YamlSource(text, file, 'RULE');
  const collection = new Collection((node, what) => source.fault(node, what));
  let rules = 0;
  return source.entries.flatMap((entry): readonly ParsedDocument[] => {
    if (entry instanceof KeywardenError) return [{ kind: 'fault', fault: entry }];
    try {
      if (entry.map.has('correlation')) return [correlationOf(entry, source)];
      if (entry.map.has('filter')) return [{ kind: 'filter', source: readFilter(entry, source) }];
      const gathered = collection.gather(entry);
      if (gathered === undefined) return [];
      rules += 1;
      return [readRule(gathered, rules, source)];
    } catch (fault) {
      if (fault instanceof KeywardenError) return [{ kind: 'fault', fault }];
      throw fault;
    }
  });
}

/** Rules that say nothing of how grave they are. */
const DEFAULT_LEVEL = 'medium';

function readRule({ document, sharesId }: Gathered, number: number, source: YamlSource): ParsedDocument {
  const { map } = document;
  const parsed = RuleFields.safeParse(document.value);
  if (!parsed.success) throw source.refusal(document, parsed.error);
  const fields = parsed.data;
  const { id = idOf(fields.title, JSON.stringify(fields.logsource)), level = DEFAULT_LEVEL } = fields;
  const rule = {
    ...fields,
    id: sharesId ? idOf(id, String(number)) : id,
    level,
    file: source.file,
    line: source.line(map),
  };
  const detection = readDetection(map, (node, what) => source.fault(node, what));
  const notes = notesOn(fields, `${id} is made of title and log source`, map, source);
  return { kind: 'rule', source: { rule, ...detection, filters: [], faultAt: source.faultsOf(document) }, notes };
}

function correlationOf(document: YamlDocument, source: YamlSource): ParsedDocument {
  const { map } = document;
  const { fields, correlation } = readCorrelation(document, source);
  const { id = idOf(fields.title, 'correlation'), level = DEFAULT_LEVEL } = fields;
  const { correlation: _, generate: __, ...metadata } = fields;
  const rule = { ...metadata, id, level, logsource: {}, file: source.file, line: source.line(map) };
  const notes = notesOn(fields, `${id} is made of the title`, map, source);
  return { kind: 'correlation', source: { rule, ...correlation }, notes };
}

type Given = { readonly id?: string | undefined; readonly level?: string | undefined };

const notesOn = ({ id, level }: Given, made: string, map: unknown, source: YamlSource): readonly string[] => [
  ...(id === undefined ? [source.note(map, `id: is missing; ${made}`)] : []),
  ...(level === undefined ? [source.note(map, `level: is missing; ${DEFAULT_LEVEL} is assumed`)] : []),
];

/** A UUID of our own making (version 8) that is the same whenever the parts are. Source: RFC 9562, section 5.8. */
function idOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
