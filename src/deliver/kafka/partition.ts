import { Partitioners } from 'kafkajs';

/** Where our producers put what has that key, in a topic of so many partitions. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, ...HEALTHY }));
  return Partitioners.DefaultPartitioner()({ topic: '', partitionMetadata, message: { key, value: null } });
}

/** That a partition is without a leader just now does not move a key. */
const HEALTHY = { partitionErrorCode: 0, leader: 0, replicas: [], isr: [] };
