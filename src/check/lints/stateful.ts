import { LEVELS } from '../../model/alert.ts';
import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { type Lint, OURS } from '../lint.ts';
import { elementsOf, isNothing, keyOf, nodeAt, pairsOf, spanOf, textOf, textsOf } from '../nodes.ts';
import type { Project } from '../project.ts';
import { nearest } from '../spelling.ts';
import { referenced } from './correlations.ts';
import { unknownField } from './extension.ts';
import { perhaps } from './support.ts';

/** A rule that `without` names: where, and the documents that it may mean. */
type Explaining = { readonly node: unknown; readonly written: unknown; readonly means: readonly CheckedDocument[] };

const withoutOf = ({ map }: CheckedDocument): unknown => nodeAt(map, 'keywarden', 'without');

const explainersOf = (document: CheckedDocument, project: Project): readonly Explaining[] =>
  elementsOf(nodeAt(withoutOf(document), 'rules')).map(node => {
    const written = nodeAt(node, 'rule');
    return { node, written, means: referenced(textOf(written) ?? '', project) };
  });

/** The fields of `by` and `prefix`: of the rule itself, and of the one that explains. */
function pairsIn(node: unknown): readonly { readonly own: unknown; readonly theirs: unknown }[] {
  return ['by', 'prefix'].flatMap(key =>
    elementsOf(nodeAt(node, key)).flatMap(element => {
      const pairs = pairsOf(element);
      return pairs.length === 0
        ? [{ own: element, theirs: element }]
        : pairs.map(({ key: own, value: theirs }) => ({ own, theirs }));
    }),
  );
}

function unknownAt(node: unknown, document: CheckedDocument, project: Project): readonly Found[] {
  const field = textOf(node);
  const what = field === undefined ? undefined : unknownField(document, field, project);
  return what === undefined ? [] : [{ at: spanOf(node), what }];
}

export const STATEFUL_LINTS: readonly Lint[] = [
  {
    name: 'first-seen-field-unknown',
    severity: 'error',
    kinds: ['rule'],
    reason: 'A match without one of the fields is never new, so a field that no event has silences the rule.',
    section: OURS,
    fix: 'name a field of the events',
    find: (document, project) =>
      textsOf(nodeAt(document.map, 'keywarden', 'first_seen', 'fields')).flatMap(({ node }) =>
        unknownAt(node, document, project),
      ),
  },
  {
    name: 'without-rule-unknown',
    severity: 'error',
    kinds: ['rule'],
    reason: 'A rule that nothing can explain is not evaluated.',
    section: OURS,
    fix: 'write the id or name of a rule that is there; check it together with the rules',
    find: (document, project) =>
      explainersOf(document, project)
        .filter(({ written, means }) => textOf(written) !== undefined && means.length === 0)
        .map(({ written }) => {
          const name = textOf(written) ?? '';
          return {
            at: spanOf(written),
            what: `there is no rule ${name}${perhaps(nearest(name, project.byName.keys()))}`,
          };
        }),
  },
  {
    name: 'without-field-unknown',
    severity: 'error',
    kinds: ['rule'],
    reason: 'An absent field is the same as an absent field, so one that no event has makes all events alike.',
    section: OURS,
    fix: 'name fields of the events: {field of this rule: field of the other}',
    find: (document, project) => [
      ...textsOf(nodeAt(withoutOf(document), 'sight')).flatMap(({ node }) => unknownAt(node, document, project)),
      ...explainersOf(document, project).flatMap(({ node, means: [other] }) => [
        ...pairsIn(node).flatMap(({ own, theirs }) => [
          ...unknownAt(own, document, project),
          ...(other === undefined || other.kind !== 'rule' ? [] : unknownAt(theirs, other, project)),
        ]),
        ...pairsOf(nodeAt(node, 'where')).flatMap(({ key }) => unknownAt(key, document, project)),
      ]),
    ],
  },
  {
    name: 'without-key-unknown',
    severity: 'error',
    kinds: ['rule'],
    reason: 'What first_seen and without say is known by these keys alone.',
    section: OURS,
    fix: 'write one of the keys that docs/rules.md lists',
    find: document => {
      const extension = nodeAt(document.map, 'keywarden');
      const without = nodeAt(extension, 'without');
      return [
        ...unknownKeys(nodeAt(extension, 'first_seen'), ['fields', 'learn', 'remember']),
        ...unknownKeys(without, ['within', 'when', 'wait', 'sight', 'covered', 'generate', 'rules']),
        ...elementsOf(nodeAt(without, 'rules')).flatMap(rule =>
          unknownKeys(rule, ['rule', 'by', 'prefix', 'where', 'within', 'when', 'once']),
        ),
      ];
    },
  },
  {
    name: 'without-silences',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'A rule that explains does not alert for itself, unless generate is true.',
    section: OURS,
    fix: 'name a rule of level informational, or add generate: true below without:',
    find: (document, project) => {
      if (!isNothing(nodeAt(withoutOf(document), 'generate'))) return [];
      return explainersOf(document, project)
        .filter(({ means: [other] }) => other !== undefined && alerts(other))
        .map(({ written }) => ({ at: spanOf(written), what: `${textOf(written)} no longer alerts for itself` }));
    },
  },
];

const unknownKeys = (map: unknown, keys: readonly string[]): readonly Found[] =>
  pairsOf(map)
    .filter(pair => !keys.includes(keyOf(pair)))
    .map(pair => ({ at: spanOf(pair.key), what: `${keyOf(pair)} is no key here; there are: ${keys.join(', ')}` }));

/** Whether somebody waits for its alerts. */
const alerts = ({ map }: CheckedDocument): boolean => textOf(nodeAt(map, 'level')) !== LEVELS[0];
