import type { Hunted } from '../pipeline/hunt.ts';
import { disorderText } from '../report/disorder.ts';
import { notJudgedLines } from '../report/not-judged.ts';

type Output = { readonly write: (text: string) => unknown };

/** Says what rules over several events could not judge, or not in its order. */
export function printLeftOpen(hunted: Hunted, output: Output): void {
  const { notJudged, datasets, unsorted, hurried, evicted } = hunted;
  const lines = [
    ...unsorted.map(disorderText),
    ...notJudgedLines(notJudged, datasets),
    ...(hurried === 0 ? [] : [`${hurried} matches were judged before their time, since too many waited for it`]),
    ...(evicted === 0 ? [] : [`${evicted} cases of rules over several events were let go, since there were too many`]),
  ];
  for (const line of lines) output.write(`keywarden: ${line}\n`);
}
