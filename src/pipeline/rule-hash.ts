import { createHash } from 'node:crypto';
import { detectionContent } from '../sigma/content.ts';
import type { CorrelationSource } from '../sigma/correlation.ts';
import type { FieldMap, Written } from '../sigma/field-map.ts';
import type { RuleSource } from '../sigma/parse.ts';
import type { Lists } from '../sigma/placeholder.ts';

/**
 * SHA-256 in hex over what decides which alerts there are. Neither the order nor the place of files counts, nor
 * comments; an entry of a list that has expired does.
 */
export function contentHash(
  rules: readonly RuleSource[],
  correlations: readonly CorrelationSource[],
  lists: Lists,
  maps: readonly FieldMap[],
): string {
  const parts = [
    ...rules.map(source => JSON.stringify(['rule', ruleContent(source)])),
    ...correlations.map(source => definitionOf(source)),
    ...[...lists].map(([name, values]) => JSON.stringify(['list', name, values.toSorted()])),
    ...maps.map(map => JSON.stringify(['fields', mapContent(map)])),
  ];
  return createHash('sha256').update(parts.sort().join('\n')).digest('hex');
}

/** What a correlation says, as one text: the same wherever it stands, and whatever its rules look for. */
export const definitionOf = (source: CorrelationSource): string =>
  JSON.stringify(['correlation', correlationContent(source)]);

function ruleContent(source: RuleSource): unknown {
  const { file: _file, line: _line, ...rule } = source.rule;
  const filters = source.filters.map(filter => JSON.stringify(detectionContent(filter)));
  return [rule, detectionContent(source), filters.sort()];
}

function correlationContent({ rule, aliases, faultAt: _, ...section }: CorrelationSource): unknown {
  const { file: _file, line: _line, ...metadata } = rule;
  return [metadata, section, [...aliases].map(([alias, fields]) => [alias, [...fields]])];
}

function mapContent({ name, logsource, places, lists, prefixes, fields, keys }: FieldMap): unknown {
  const entries = (section: ReadonlyMap<string, Written>): unknown =>
    [...section].map(([key, { paths }]) => [key, paths]);
  const dots = [...keys].map(([path, { dot }]) => [path, dot]);
  return [name, logsource, entries(places), entries(lists), entries(prefixes), entries(fields), dots];
}
