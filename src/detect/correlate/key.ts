import type { Signal } from '../../model/signal.ts';
import type { CorrelationNode } from '../../sigma/program.ts';

/**
 * What tells the group of a signal from all others; undefined where the signal is not of the correlation or lacks a value.
 * Each value stands behind its length, so that no choice of values makes two groups one.
 */
export function keyOf(node: CorrelationNode, { input, cluster, fields }: Signal): string | undefined {
  const names = node.groupFields.get(input);
  if (names === undefined) return undefined;
  let key = part(cluster);
  for (const name of names) {
    const value = fields[name];
    if (value === undefined) return undefined;
    key += part(value);
  }
  return key;
}

const part = (text: string): string => `${text.length}:${text}`;

/** The values of a signal by which its group is told, by the names that the correlation has for them. */
export function groupOf(node: CorrelationNode, { input, fields }: Signal): Readonly<Record<string, string>> {
  const names = node.groupFields.get(input) ?? [];
  return Object.fromEntries(node.groupBy.map((name, i) => [name, fields[names[i] ?? ''] ?? '']));
}

/** The values of a signal that are counted or summed up; undefined where it lacks one. */
export function valuesOf(node: CorrelationNode, { input, fields }: Signal): readonly string[] | undefined {
  const values: string[] = [];
  for (const name of node.valueFields.get(input) ?? []) {
    const value = fields[name];
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
