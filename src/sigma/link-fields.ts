import { messageOf } from '../errors.ts';
import type { CompiledRule } from './compile.ts';
import { groupFieldsOf, messageFields, type Rule } from './rule.ts';

/** The fields that an alert of a rule tells: those of its group and of its sentence. */
export const toldFields = (rule: Rule): readonly string[] => [...groupFieldsOf(rule), ...messageFields(rule)];

/** Why a rule cannot have a field; undefined where it can. */
export function whyNoField(compiled: CompiledRule, field: string): string | undefined {
  try {
    compiled.pathsOf(field);
    return undefined;
  } catch (error) {
    return `${field}: ${messageOf(error)}`;
  }
}
