import type { CorrelationNode, CorrelationProgram } from '../../sigma/program.ts';
import type { Evaluator, Limits } from '../state/evaluator.ts';
import { groupOf } from './key.ts';
import { Node } from './node.ts';

/**
 * Evaluates a correlation, and those within it, at each signal: on what is in the window that ends with it and begins just
 * `timespan` before it, both moments included. What it finds depends on the signals and their order alone. Source: Sigma
 * correlation rules specification 2.1.
 */
export function correlator(program: CorrelationProgram, limits: Limits): Evaluator {
  const nodes = nodesBelow(program.root);
  const share = {
    signals: Math.max(1, Math.floor(limits.signals / nodes)),
    groups: Math.max(1, Math.floor(limits.groups / nodes)),
  };
  const root = new Node(program.root, share);
  return {
    take(signal, { found }) {
      const match = root.take(signal);
      if (match === undefined) return;
      const { evidence, value, ...window } = match;
      const group = groupOf(program.root, signal);
      const { cluster } = signal;
      found({ program, cluster, group, evidence, maker: signal, window, ...(value === undefined ? {} : { value }) });
    },
    advance: ({ now }) => root.advance(now),
    get counts() {
      return { held: root.held, evicted: root.evicted, notJudged: 0 };
    },
  };
}

/** How many correlations there are, which share what may be held. */
const nodesBelow = ({ parts }: CorrelationNode): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'correlation' ? nodesBelow(part.node) : 0), 1);
