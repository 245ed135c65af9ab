import type { CorrelationNode, CorrelationType } from '../../sigma/program.ts';
import { counted } from './tallies/count.ts';
import { distinct } from './tallies/distinct.ts';
import { ordered } from './tallies/ordered.ts';
import { percentile } from './tallies/percentile.ts';
import { average, summed } from './tallies/sum.ts';
import { together } from './tallies/together.ts';
import type { Measure } from './tally.ts';

const MEASURES: Readonly<Record<CorrelationType, (node: CorrelationNode) => Measure>> = {
  event_count: counted,
  value_count: distinct,
  value_sum: summed,
  value_avg: average,
  value_percentile: percentile,
  temporal: together,
  temporal_ordered: ordered,
};

/** How a correlation counts. */
export const measureOf = (node: CorrelationNode): Measure => MEASURES[node.type](node);
