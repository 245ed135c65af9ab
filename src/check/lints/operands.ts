import { isScalar } from 'yaml';
import { DETECTING, type Lint, modifiers, rules } from '../lint.ts';
import { booleanEdits, rewritten } from '../nodes.ts';
import { placeholdersIn } from '../project.ts';
import { nearest } from '../spelling.ts';
import { eachItem, eachValue, isPattern, keyPlace, withOne } from './detections.ts';
import { perhaps } from './support.ts';

const NUMERIC = ['lt', 'lte', 'gt', 'gte'] as const;

/** What stands behind modifiers that take no text: numbers, truth values, placeholders, names of fields. */
export const OPERAND_LINTS: readonly Lint[] = [
  {
    name: 'number-expected',
    severity: 'error',
    kinds: DETECTING,
    reason: 'lt, lte, gt and gte compare with a number.',
    section: modifiers('Numeric Modifiers'),
    fix: 'write a number such as 5 or 0.5',
    find: eachValue(withOne(...NUMERIC), ({ value }) =>
      value === null || (typeof value !== 'boolean' && String(value).trim() !== '' && !Number.isNaN(Number(value)))
        ? undefined
        : { what: `${JSON.stringify(value)} is no number` },
    ),
  },
  {
    name: 'exists-no-truth-value',
    severity: 'error',
    kinds: DETECTING,
    reason: 'exists takes true or false.',
    section: rules('Field Existence'),
    fix: 'write true or false',
    fixable: true,
    find: eachValue(withOne('exists'), ({ value, node }) => {
      if (typeof value === 'boolean' || value === null) return undefined;
      const word = { true: 'true', yes: 'true', on: 'true', false: 'false', no: 'false', off: 'false' }[
        String(value).toLowerCase()
      ];
      const edits = word === undefined || !isScalar(node) ? [] : booleanEdits(rewritten(node, word));
      return { what: `exists: ${JSON.stringify(value)} is no truth value`, edits };
    }),
  },
  {
    name: 'exists-of-list',
    severity: 'error',
    kinds: DETECTING,
    reason: 'exists takes one value.',
    section: rules('Field Existence'),
    fix: 'write true or false, without a list',
    find: eachItem(item =>
      item.modifiers.includes('exists') && item.values.length > 1
        ? [{ at: keyPlace(item), what: `exists of ${item.field} has ${item.values.length} values` }]
        : [],
    ),
  },
  {
    name: 'placeholder-missing',
    severity: 'error',
    kinds: DETECTING,
    reason: 'expand puts the entries of a list in the place of %name%.',
    section: rules('Placeholders'),
    fix: 'write a placeholder such as %apiserver_addresses%, or leave expand out',
    find: eachValue(withOne('expand'), ({ value }) =>
      placeholdersIn(String(value)).length === 0 ? { what: `${JSON.stringify(value)} has no placeholder` } : undefined,
    ),
  },
  {
    name: 'placeholder-without-expand',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Without expand a placeholder is a text with percent signs.',
    section: rules('Placeholders'),
    fix: 'write expand behind the field',
    fixable: true,
    find: eachValue(
      item => item.field !== '' && isPattern(item),
      (value, item) =>
        /^%\w+%$/.test(String(value.value))
          ? {
              what: `${String(value.value)} is taken as it is written`,
              edits:
                item.values.length === 1
                  ? rewritten(item.key, [item.field, ...item.modifiers, 'expand'].join('|'))
                  : [],
            }
          : undefined,
    ),
  },
  {
    name: 'placeholder-list-unknown',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A placeholder names a list that is there.',
    section: rules('Placeholders'),
    fix: 'write the list into a file, or name one that is there',
    find: (document, project) =>
      eachValue(withOne('expand'), ({ value }) => {
        const unknown = placeholdersIn(String(value)).find(name => !project.lists.has(name));
        return unknown === undefined
          ? undefined
          : { what: `there is no list ${unknown}${perhaps(nearest(unknown, project.lists.keys()))}` };
      })(document, project),
  },
  {
    name: 'fieldref-wildcard',
    severity: 'error',
    kinds: DETECTING,
    reason: 'fieldref takes the name of a field, which has no wildcards.',
    section: modifiers('Specific Modifiers'),
    fix: 'write the name of a field',
    find: eachValue(withOne('fieldref'), ({ value }) =>
      typeof value !== 'string' || /[*?\s]/.test(value) || value === ''
        ? { what: `${JSON.stringify(value)} is the name of no field` }
        : undefined,
    ),
  },
];
