import type { Admin, Consumer } from 'kafkajs';
import type { Logger } from 'pino';
import type { Gaps, Partition } from '../gaps/gaps.ts';

/** A fetch takes half a second where there is nothing new; after this time without one we hear nothing, and it says nothing of the streams. */
const DEAF_MS = 10_000;

/** Tells `gaps` which partitions should speak, and says whether nothing could be heard just now. */
export function hearingOf(consumer: Consumer, admin: Admin, gaps: Gaps, log: Logger): { readonly deaf: () => boolean } {
  let fetched = Date.now();
  consumer.on(consumer.events.FETCH, () => {
    fetched = Date.now();
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    spoken(admin, payload.memberAssignment).then(
      partitions => gaps.expect(partitions),
      error => log.warn({ reason: error.message }, 'which partitions have ever had a record is not known'),
    );
  });
  return { deaf: () => Date.now() - fetched > DEAF_MS };
}

/** Those of the partitions that have ever had a record: of the others nobody knows whether they will. */
async function spoken(
  admin: Admin,
  assignment: Readonly<Record<string, readonly number[]>>,
): Promise<readonly Partition[]> {
  const found: Partition[] = [];
  for (const [topic, partitions] of Object.entries(assignment)) {
    const offsets = await admin.fetchTopicOffsets(topic);
    for (const { partition, high } of offsets) {
      if (Number(high) > 0 && partitions.includes(partition)) found.push({ topic, partition });
    }
  }
  return found;
}
