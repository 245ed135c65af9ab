import type { Value } from '../../sigma/detection.ts';
import type { CheckedDetection, CheckedItem, CheckedSelection } from '../detection.ts';
import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { isNothing, nodeAt, pairAt, spanOf } from '../nodes.ts';
import type { Project, Understanding } from '../project.ts';

type Look<T> = (part: T, document: CheckedDocument, project: Project) => readonly Found[];

/** Looks at a document's detection as a whole. */
export const ofDetection =
  (
    look: (detection: CheckedDetection, document: CheckedDocument, project: Project) => readonly Found[],
  ): Lint['find'] =>
  (document, project) => {
    const understood = project.understanding(document);
    return understood === undefined ? [] : look(understood.detection, document, project);
  };

/** Looks at what a document's detection means to its log source. */
export const ofMeaning =
  (look: (understood: Understanding, document: CheckedDocument, project: Project) => readonly Found[]): Lint['find'] =>
  (document, project) => {
    const understood = project.understanding(document);
    return understood === undefined ? [] : look(understood, document, project);
  };

export const eachSelection = (look: Look<CheckedSelection>): Lint['find'] =>
  ofDetection(({ selections }, document, project) =>
    selections.flatMap(selection => look(selection, document, project)),
  );

/** Looks at each `field|modifier: values` and at each list of keywords. */
export const eachItem = (look: Look<CheckedItem>): Lint['find'] =>
  eachSelection(({ alternatives }, document, project) =>
    alternatives.flat().flatMap(item => look(item, document, project)),
  );

/** Where an item's key stands. */
export const keyPlace = (item: CheckedItem): Found['at'] => spanOf(item.key);

/** `verb`, or `keywords` where there is no field. */
export const nameOf = ({ field }: CheckedItem): string => (field === '' ? 'keywords' : field);

export const where = (document: CheckedDocument): unknown =>
  nodeAt(document.map, document.kind === 'filter' ? 'filter' : 'detection');

/** Where the condition stands, or the detection where it has none. */
export function conditionPlace(document: CheckedDocument): Found['at'] {
  const detection = where(document);
  const pair = pairAt(detection, 'condition');
  if (pair === undefined) return spanOf(detection);
  return isNothing(pair.value) ? spanOf(pair.key) : spanOf(pair.value, spanOf(pair.key));
}

/** A name of a selection, as the reader of conditions understands it. */
export const isName = (name: string): boolean => /^[^\s()|]+$/.test(name) && !RESERVED.has(name.toLowerCase());
const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of', 'them', 'near', 'by', '1', 'all', 'any']);

/** Looks at each value of an item for which `wanted` holds. */
export const eachValue = (
  wanted: (item: CheckedItem) => boolean,
  look: (value: Value, item: CheckedItem) => Omit<Found, 'at'> | undefined,
): Lint['find'] =>
  eachItem(item =>
    !wanted(item)
      ? []
      : item.values.flatMap(value => {
          const found = look(value, item);
          return found === undefined ? [] : [{ at: spanOf(value.node), ...found }];
        }),
  );

/** Whether an item has one of the modifiers. */
export const withOne =
  (...names: readonly string[]) =>
  ({ modifiers: own }: CheckedItem): boolean =>
    own.some(name => names.includes(name));
/** Whether the values are texts with wildcards. */
export const isPattern = ({ modifiers: own }: CheckedItem): boolean =>
  !['re', 'cidr', 'exists', 'fieldref', 'expand'].some(name => own.includes(name));
