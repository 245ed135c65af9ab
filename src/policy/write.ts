import { Document, isScalar, isSeq, type Node, parseDocument, visit, type YAMLSeq } from 'yaml';
import type { NewRule, Remedy } from './remedy.ts';

const LAYOUT = { lineWidth: 0, flowCollectionPadding: false } as const;

/** The text of the policy with the remedy in it; comments of all else stay. */
export function writePolicy(text: string, { rules, before, stages }: Remedy): string {
  const document = parseDocument(text);
  for (const { stage, rule } of stages) {
    const path = rule === undefined ? ['omitStages'] : ['rules', rule, 'omitStages'];
    const omitted = document.getIn(path);
    if (isSeq(omitted)) omitted.items = omitted.items.filter(item => String(item) !== stage);
  }
  const list = document.get('rules') as YAMLSeq;
  list.items.splice(before, 0, ...rules.map(rule => compact(document.createNode(rule))));
  return document.toString(LAYOUT);
}

/** Rules as they stand in a policy. */
export function writeRules(rules: readonly NewRule[]): string {
  const document = new Document(rules);
  if (document.contents !== null) compact(document.contents);
  return document.toString(LAYOUT);
}

/** Lists of names on one line each. */
function compact<T extends Node>(node: T): T {
  visit(node, {
    Seq: (_, list) => {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return node;
}
