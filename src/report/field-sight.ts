import { printable } from './escape.ts';

/** A place in events that rules read and no event has. */
export type UnseenRow = {
  readonly dataset: string;
  readonly path: readonly string[];
  readonly fields: readonly string[];
  readonly rules: readonly { readonly title: string }[];
};

const MAX_FIELDS = 4;
const MAX_TITLES = 3;
const INDENT = ' '.repeat(8);

/** Places that no event has, by log: how many rules read them, what these fields are called there, and some of the rules. */
export function unseenText(rows: readonly UnseenRow[], events: ReadonlyMap<string, number>): string {
  return [...Map.groupBy(rows, ({ dataset }) => dataset)]
    .filter(([dataset]) => events.get(dataset) !== 0)
    .map(([dataset, same]) => `${dataset}: in none of ${events.get(dataset)} events\n${same.map(rowText).join('')}`)
    .join('\n');
}

function rowText({ path, fields, rules }: UnseenRow): string {
  const read = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  const lines = [`  ${path.join('.')} — ${read}`, `${INDENT}written ${some(fields, MAX_FIELDS)}`];
  const titles = rules.map(({ title }) => `${INDENT}${title}`);
  const rest = titles.length - MAX_TITLES;
  return [...lines, ...titles.slice(0, MAX_TITLES), ...(rest > 0 ? [`${INDENT}and ${rest} more`] : [])]
    .map(line => `${printable(line)}\n`)
    .join('');
}

function some(texts: readonly string[], most: number): string {
  const rest = texts.length - most;
  return rest > 0 ? `${texts.slice(0, most).join(', ')} and ${rest} more` : texts.join(', ');
}
