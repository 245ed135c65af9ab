import { createHash } from 'node:crypto';
import { KeywardenError } from '../errors.ts';
import { Collection, type Gathered } from './collection.ts';
import { type DetectionSource, readDetection } from './detection.ts';
import { type FilterSource, readFilter } from './filter.ts';
import { type Rule, RuleFields } from './rule.ts';
import { type YamlDocument, YamlSource } from './source.ts';

/** A rule as it was written. */
export type RuleSource = DetectionSource & {
  readonly rule: Rule;
  /** What is left out of its matches. */
  readonly filters: readonly FilterSource[];
};

/** What one document of a file of rules is; a `note` says what was made of it, after its place. */
export type ParsedDocument =
  | { readonly kind: 'rule'; readonly source: RuleSource; readonly notes: readonly string[] }
  | { readonly kind: 'filter'; readonly source: FilterSource }
  | { readonly kind: 'correlation'; readonly fault: KeywardenError }
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

const correlationOf = ({ map }: YamlDocument, source: YamlSource): ParsedDocument => ({
  kind: 'correlation',
  fault: source.fault(
    map.get('correlation', true),
    'correlation: correlations are not evaluated yet; the rules that it names are',
  ),
});

/** Rules that say nothing of how grave they are. */
const DEFAULT_LEVEL = 'medium';

function readRule({ document, sharesId }: Gathered, number: number, source: YamlSource): ParsedDocument {
  const { map } = document;
  const parsed = RuleFields.safeParse(document.value);
  if (!parsed.success) throw source.refusal(document, parsed.error);
  const fields = parsed.data;
  const { id = idOf(fields.title, JSON.stringify(fields.logsource)), level = DEFAULT_LEVEL } = fields;
  const notes: string[] = [];
  if (fields.id === undefined) notes.push(source.note(map, `id: is missing; ${id} is made of title and log source`));
  if (fields.level === undefined) notes.push(source.note(map, `level: is missing; ${DEFAULT_LEVEL} is assumed`));
  const rule = {
    ...fields,
    id: sharesId ? idOf(id, String(number)) : id,
    level,
    file: source.file,
    line: source.line(map),
  };
  const detection = readDetection(map, (node, what) => source.fault(node, what));
  return { kind: 'rule', source: { rule, ...detection, filters: [] }, notes };
}

/** A UUID of our own making (version 8) that is the same whenever the parts are. Source: RFC 9562, section 5.8. */
function idOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
