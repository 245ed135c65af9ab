import type { RequestFields } from '../../model/event.ts';
import type { AuditEvent } from '../audit.ts';

/** The kind of objects that a CustomResourceDefinition is for: its name is `<type>.<group>`, always. Source: apiextensions validation. */
export function definedKind({ objectRef }: AuditEvent): RequestFields['defines'] {
  if (objectRef?.resource !== 'customresourcedefinitions') return undefined;
  const { name = '' } = objectRef;
  const dot = name.indexOf('.');
  return dot < 1 || dot === name.length - 1 ? undefined : { type: name.slice(0, dot), group: name.slice(dot + 1) };
}
