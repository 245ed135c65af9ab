import { isFields } from '../audit.ts';
import { kindOf } from '../recognise.ts';
import { type Opener, openedList, unreadable } from './envelope.ts';

/** An EventList, as the API server's webhook sends it. Its items are events by their place alone, whatever they lack. */
export const openList: Opener = ({ kind, apiVersion, items }) => {
  if (kind !== 'EventList') return undefined;
  if (!Array.isArray(items)) return unreadable(undefined, 'items: expected the events of an EventList');
  return openedList(undefined, 'items', items, item => {
    if (!isFields(item)) return { fault: 'expected an audit event in the EventList' };
    const known = kindOf(item) === 'audit' || typeof item['verb'] !== 'string';
    return { content: known ? item : { kind: 'Event', apiVersion, ...item }, listed: true };
  });
};
