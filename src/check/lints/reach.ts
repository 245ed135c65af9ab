import type { Kind } from '../document.ts';
import type { Found } from '../finding.ts';
import { DETECTING, type Lint, OURS } from '../lint.ts';
import { spanOf } from '../nodes.ts';
import { holdsAlways, neverReason } from '../reach/condition.ts';
import { contradiction, linesOf, needsField } from '../reach/contradiction.ts';
import type { JudgedItem } from '../reach/judged.ts';
import { keyPlace, ofMeaning } from './detections.ts';

const SUBJECTS: Readonly<Partial<Record<Kind, string>>> = { rule: 'the rule', 'event-filter': 'the filter' };

/** Items that are possible each for itself, so that only their being together is not. */
const possibleAlone = (items: readonly JudgedItem[]): readonly JudgedItem[] =>
  items.filter(({ verdict }) => verdict.can !== 'never');

export const REACH_LINTS: readonly Lint[] = [
  {
    name: 'selection-never-matches',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Items that exclude each other hold on no event.',
    section: OURS,
    fix: 'take one out, or make two selections and join them by or',
    find: ofMeaning(({ selections }) =>
      [...selections].flatMap(([name, alternatives]) =>
        alternatives.flatMap((items): readonly Found[] => {
          const why = contradiction(possibleAlone(items));
          const last = items.at(-1);
          return why === undefined || last === undefined
            ? []
            : [{ at: keyPlace(last.item), what: `${name} can never match: ${why}` }];
        }),
      ),
    ),
  },
  {
    name: 'selection-always-matches',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'A selection that every event matches chooses nothing.',
    section: OURS,
    fix: 'narrow it, or take it out',
    find: ofMeaning(({ selections }) =>
      [...selections].flatMap(([name, alternatives]) =>
        alternatives.flatMap((items): readonly Found[] => {
          const [first] = items;
          const reason = first?.verdict.can === 'always' ? first.verdict.why : '';
          const always = first !== undefined && items.every(({ verdict }) => verdict.can === 'always');
          return always ? [{ at: keyPlace(first.item), what: `${name} matches every event: ${reason}` }] : [];
        }),
      ),
    ),
  },
  {
    name: 'rule-never-matches',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A rule that can match nothing gives a false sense of safety.',
    section: OURS,
    fix: 'mend what excludes it',
    find: ofMeaning(({ detection, selections }, { kind }) =>
      detection.conditions.flatMap(({ meaning, node }): readonly Found[] => {
        const why = meaning === undefined ? undefined : neverReason(meaning, selections);
        if (why === undefined) return [];
        const one = detection.conditions.length > 1 ? 'the condition' : SUBJECTS[kind];
        const what = kind === 'filter' ? 'the filter leaves out everything' : `${one ?? 'the rule'} can never match`;
        return [{ at: spanOf(node), what: `${what}: ${why}` }];
      }),
    ),
  },
  {
    name: 'rule-always-matches',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A rule that every event matches alerts on everything.',
    section: OURS,
    fix: 'require something that honest events do not have',
    find: ofMeaning(({ detection, selections }, { kind }) =>
      detection.conditions.flatMap(({ meaning, node }): readonly Found[] =>
        meaning !== undefined && holdsAlways(meaning, selections)
          ? [
              {
                at: spanOf(node),
                what: kind === 'filter' ? 'the filter leaves out nothing' : 'every event satisfies the condition',
              },
            ]
          : [],
      ),
    ),
  },
  {
    name: 'name-seldom-known',
    severity: 'note',
    kinds: DETECTING,
    reason:
      'etcd writes a request’s address on one line and its client’s name on another; only where both are certainly of one call has the request the name.',
    section: OURS,
    fix: 'look for the name on etcd.line: apply, or for source.ip',
    find: ofMeaning(({ selections }) =>
      [...selections.values()].flat().flatMap(items => {
        const onRequest = items.some(judged => judged.path === 'etcd.line' && String(linesOf(judged)) === 'request');
        return items
          .filter(judged => onRequest && judged.path === 'etcd.client.common_name' && needsField(judged))
          .map(({ item }) => ({ at: keyPlace(item), what: `most lines of etcd.line: request have no ${item.field}` }));
      }),
    ),
  },
];
