import type { Origin } from '../model/record.ts';

/** `audit.log:17` or `kubernetes-audit/0@17`; of an event in an EventList also its number there. Not yet fit for a terminal. */
export const place = (origin: Origin): string => {
  const where =
    'file' in origin ? `${origin.file}:${origin.line}` : `${origin.topic}/${origin.partition}@${origin.offset}`;
  return origin.item === undefined ? where : `${where} item ${origin.item}`;
};
