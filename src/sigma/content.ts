import type { DetectionSource, Item } from './detection.ts';

/** What a detection says, as plain JSON: the same wherever it stands, whatever its comments. */
export const detectionContent = ({ selections, conditions }: DetectionSource): unknown => [
  [...selections].map(([name, selection]) => [name, selection.map(items => items.map(itemContent))]),
  conditions.map(({ value }) => value),
];

const itemContent = ({ field, modifiers, values }: Item): unknown => [
  field,
  modifiers,
  values.map(({ value }) => value),
];
