import type { Event } from '../model/event.ts';
import type { GeoIp, Place } from './geoip.ts';
import type { Labeller } from './labels.ts';

/** Adds to an event what is known of its address and user. Nothing waits: all is in memory. */
export type Enrich = (event: Event) => Event;

/** Addresses recur in nearly every event; the cache is emptied when an attacker fills it. */
const MAX_ADDRESSES = 10_000;

type Known = { readonly place: Place | undefined; readonly labels: readonly string[] };

const UNKNOWN: Known = { place: undefined, labels: [] };

/** An event of which nothing is known is handed on as it is; `event.id` never changes. */
export function createEnrich(geoIp: GeoIp, labeller: Labeller): Enrich {
  const addresses = new Map<string, Known>();
  const knownOf = (address: string): Known => {
    const cached = addresses.get(address);
    if (cached !== undefined) return cached;
    if (addresses.size >= MAX_ADDRESSES) addresses.clear();
    const known = { place: geoIp(address), labels: labeller.ofAddress(address) };
    addresses.set(address, known);
    return known;
  };
  return event => {
    const { source, user } = event.document;
    const { place, labels } = source?.ip === undefined ? UNKNOWN : knownOf(source.ip);
    const names = [user?.name, user?.effective?.name];
    const all = names.reduce(
      (found, name) => (name === undefined ? found : joined(found, labeller.ofUser(name))),
      labels,
    );
    return place === undefined && all.length === 0 ? event : enriched(event, place, all);
  };
}

const joined = (a: readonly string[], b: readonly string[]): readonly string[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...new Set([...a, ...b])];

function enriched(event: Event, place: Place | undefined, labels: readonly string[]): Event {
  const { document } = event;
  const source = place === undefined ? document.source : { ...document.source, ...place };
  const keywarden = labels.length === 0 ? document.keywarden : { ...document.keywarden, labels };
  return { ...event, document: { ...document, source, keywarden } };
}
