import { inOrder, type Signal } from '../../../src/model/signal.ts';
import type { CorrelationNode, CorrelationProgram } from '../../../src/sigma/program.ts';

/** A match of a rule or of a correlation, at a signal. */
type Entry = { readonly signal: Signal; readonly part: number };
export type Found = { readonly maker: string; readonly value: number | undefined; readonly events: readonly string[] };

/** What a program finds on signals in whatever order, each window counted anew from all that there ever was. */
export const naively = ({ root }: CorrelationProgram, signals: readonly Signal[]): readonly Found[] =>
  matchesOf(root, signals.toSorted(inOrder)).map(({ signal, window, value, events }) => ({
    maker: signal.id,
    value,
    events: root.parts.every(({ kind }) => kind === 'rule')
      ? [...new Set(window.map(entry => entry.signal.id))]
      : events,
  }));

type Match = {
  readonly signal: Signal;
  readonly window: readonly Entry[];
  readonly value: number | undefined;
  readonly events: readonly string[];
};

function matchesOf(node: CorrelationNode, signals: readonly Signal[]): readonly Match[] {
  const inner = node.parts.map(part => (part.kind === 'rule' ? [] : matchesOf(part.node, signals)));
  const isMember = (signal: Signal, i: number): boolean => {
    const part = node.parts[i];
    return part?.kind === 'rule'
      ? part.input === signal.input
      : (inner[i] ?? []).some(match => match.signal === signal);
  };
  const entries = signals.flatMap((signal): readonly Entry[] =>
    keyOf(node, signal) === undefined
      ? []
      : node.parts.flatMap((_, part) => (isMember(signal, part) && isCounted(node, signal) ? [{ signal, part }] : [])),
  );
  return signals.flatMap((signal, at): readonly Match[] => {
    if (!entries.some(entry => entry.signal === signal)) return [];
    const before = new Set(signals.slice(0, at + 1));
    const window = entries.filter(
      entry =>
        before.has(entry.signal) &&
        keyOf(node, entry.signal) === keyOf(node, signal) &&
        entry.signal.at >= signal.at - node.timespanMs,
    );
    const counted = isOnce(node) ? once(node, window) : window;
    if (!counted.some(entry => entry.signal === signal)) return [];
    const value = numberOf(node, counted);
    return holds(node, counted, value) ? [{ signal, window: counted, value, events: [] }] : [];
  });
}

const keyOf = (node: CorrelationNode, { input, fields }: Signal): string | undefined => {
  const values = (node.groupFields.get(input) ?? [undefined]).map(field =>
    field === undefined ? undefined : fields[field],
  );
  return values.includes(undefined) ? undefined : JSON.stringify(values);
};

const textOf = (node: CorrelationNode, { input, fields }: Signal): string | undefined => {
  const values = (node.valueFields.get(input) ?? []).map(field => fields[field]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
};

const isCounted = (node: CorrelationNode, signal: Signal): boolean => {
  const text = textOf(node, signal);
  if (node.type === 'value_count') return text !== undefined;
  return (
    !node.type.startsWith('value_') ||
    (text !== undefined && text !== '[""]' && !Number.isNaN(Number(JSON.parse(text)[0])))
  );
};

const isOnce = ({ type }: CorrelationNode): boolean => type !== 'value_count' && !type.startsWith('temporal');

/** An event on which two of the rules hold is one. */
function once({ parts }: CorrelationNode, window: readonly Entry[]): readonly Entry[] {
  const isRule = ({ part }: Entry): boolean => parts[part]?.kind === 'rule';
  return window.filter(
    (entry, i) =>
      !isRule(entry) || window.findIndex(other => isRule(other) && other.signal.id === entry.signal.id) === i,
  );
}

function numberOf(node: CorrelationNode, window: readonly Entry[]): number | undefined {
  const texts = window.map(({ signal }) => textOf(node, signal));
  const numbers = texts.map(text => Number(JSON.parse(text ?? '[0]')[0])).sort((a, b) => a - b);
  const sum = numbers.reduce((a, b) => a + b, 0);
  if (node.type === 'event_count') return window.length;
  if (node.type === 'value_count') return new Set(texts).size;
  if (node.type === 'value_sum') return sum;
  if (node.type === 'value_avg') return sum / numbers.length;
  if (node.type !== 'value_percentile') return undefined;
  const percentile = node.holds.kind === 'number' ? (node.holds.percentile ?? 50) : 50;
  const rank = (percentile * (numbers.length - 1)) / 100;
  const low = numbers[Math.floor(rank)] ?? 0;
  return low + (rank % 1) * ((numbers[Math.ceil(rank)] ?? 0) - low);
}

function holds(node: CorrelationNode, window: readonly Entry[], value: number | undefined): boolean {
  if (node.holds.kind === 'number') return node.holds.test(value ?? Number.NaN);
  const { test } = node.holds;
  if (!test(part => window.some(entry => entry.part === part))) return false;
  return node.type === 'temporal' || smallest(node.parts.length, test).some(parts => isInOrder(parts, window));
}

/** The choices of parts that make the test hold and of which none can be left out. */
const smallest = (count: number, test: (has: (part: number) => boolean) => boolean): readonly (readonly number[])[] => {
  const enough = Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, part) => part).filter(part => (bits >> part) & 1),
  ).filter(parts => test(part => parts.includes(part)));
  return enough.filter(
    parts => !enough.some(other => other.length < parts.length && other.every(part => parts.includes(part))),
  );
};

/** Whether there is one entry for each part, none earlier than the one before. */
function isInOrder(
  [first, ...rest]: readonly number[],
  window: readonly Entry[],
  from = Number.NEGATIVE_INFINITY,
): boolean {
  if (first === undefined) return true;
  return window.some(({ part, signal: { at } }) => part === first && at >= from && isInOrder(rest, window, at));
}
