import type { Lint } from './lint.ts';
import { ALLOW_LINTS } from './lints/allow.ts';
import { AUTHORSHIP_LINTS } from './lints/authorship.ts';
import { COMBINATION_LINTS } from './lints/combinations.ts';
import { CONDITION_LINTS } from './lints/conditions.ts';
import { CORRELATION_CONDITION_LINTS } from './lints/correlation-conditions.ts';
import { CORRELATION_LINTS } from './lints/correlations.ts';
import { EXAMPLE_LINTS } from './lints/examples.ts';
import { EXPRESSION_LINTS } from './lints/expressions.ts';
import { EXTENSION_LINTS } from './lints/extension.ts';
import { FIELD_LINTS } from './lints/fields.ts';
import { FILTER_LINTS } from './lints/filters.ts';
import { IDENTITY_LINTS } from './lints/identity.ts';
import { KEY_LINTS } from './lints/keys.ts';
import { LIST_LINTS } from './lints/lists.ts';
import { LOGSOURCE_LINTS } from './lints/logsource.ts';
import { MODIFIER_LINTS } from './lints/modifiers.ts';
import { OPERAND_LINTS } from './lints/operands.ts';
import { REACH_LINTS } from './lints/reach.ts';
import { SELECTION_LINTS } from './lints/selections.ts';
import { STATEFUL_LINTS } from './lints/stateful.ts';
import { TAG_LINTS } from './lints/tags.ts';
import { VALUE_LINTS } from './lints/values.ts';
import { YAML_LINTS } from './lints/yaml.ts';

/** Every lint by family, in the order of docs/rules-check.md. */
export const FAMILIES: readonly { readonly title: string; readonly lints: readonly Lint[] }[] = [
  { title: 'Reach: can it match at all', lints: REACH_LINTS },
  { title: 'Fields and values of the log source', lints: FIELD_LINTS },
  { title: 'Files and YAML', lints: YAML_LINTS },
  { title: 'Keys', lints: KEY_LINTS },
  { title: 'Identity', lints: IDENTITY_LINTS },
  { title: 'Authorship', lints: AUTHORSHIP_LINTS },
  { title: 'Tags', lints: TAG_LINTS },
  { title: 'Log source', lints: LOGSOURCE_LINTS },
  { title: 'Selections', lints: SELECTION_LINTS },
  { title: 'Conditions', lints: CONDITION_LINTS },
  { title: 'Modifiers', lints: [...MODIFIER_LINTS, ...COMBINATION_LINTS] },
  { title: 'Values', lints: [...VALUE_LINTS, ...OPERAND_LINTS] },
  { title: 'Regular expressions and networks', lints: EXPRESSION_LINTS },
  { title: 'Correlations', lints: [...CORRELATION_LINTS, ...CORRELATION_CONDITION_LINTS] },
  { title: 'Filters', lints: FILTER_LINTS },
  { title: 'The key keywarden', lints: [...EXTENSION_LINTS, ...STATEFUL_LINTS] },
  { title: 'Lists', lints: LIST_LINTS },
  { title: 'Examples', lints: EXAMPLE_LINTS },
  { title: 'Opting out, and the engine itself', lints: ALLOW_LINTS },
];

export const LINTS: readonly Lint[] = FAMILIES.flatMap(({ lints }) => lints);
