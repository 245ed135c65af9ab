import { isIPv6 } from 'node:net';
import { Reader } from 'mmdb-lib';
import { KeywardenError } from '../errors.ts';
import type { AutonomousSystem, Geo } from '../model/event.ts';
import { addressTest } from '../sigma/cidr.ts';

/** Where an address is and whose. */
export type Place = { readonly geo?: Geo | undefined; readonly as?: AutonomousSystem | undefined };

/** What the databases know of an address; undefined where they know nothing. */
export type GeoIp = (address: string) => Place | undefined;

export type Database = { readonly file: string; readonly bytes: Buffer };

/** Addresses that nobody owns in public: RFC 1918, 6598, 3927, 4193, 4291, loopback, multicast and the unspecified. */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/**
 * Looks addresses up in MaxMind databases that are held in memory; of two that know the same, the first counts.
 * Private addresses are not looked up. Source of the format: MaxMind DB File Format 2.0. Throws ENRICHMENT.
 */
export function openGeoIp(databases: readonly Database[]): GeoIp {
  const readers = databases.map(open);
  const isPrivate = addressTest(NOT_PUBLIC);
  return address => {
    if (isPrivate(address)) return undefined;
    let place: Place | undefined;
    for (const reader of readers) place = joined(place, placeIn(reader, address));
    return place;
  };
}

type Open = Reader<never>;
type Fields = Readonly<Record<string, unknown>>;

function open({ file, bytes }: Database): Open {
  try {
    return new Reader<never>(bytes);
  } catch (cause) {
    throw new KeywardenError('ENRICHMENT', `${file}: is no MaxMind database; give an unpacked .mmdb file`, { cause });
  }
}

const MAPPED = /^::ffff:(?=\d+\.)/i;

function placeIn(reader: Open, address: string): Place | undefined {
  const plain = address.replace(MAPPED, '');
  // A database of IPv4 would take the first bits of an IPv6 address for one of its own.
  if (reader.metadata.ipVersion === 4 && isIPv6(plain)) return undefined;
  const record = recordOf(reader, plain);
  return record === undefined ? undefined : { geo: geoOf(record), as: systemOf(record) };
}

/** A file that is damaged somewhere knows nothing there. */
function recordOf(reader: Open, address: string): Fields | undefined {
  try {
    return fields(reader.get(address));
  } catch {
    return undefined;
  }
}

function geoOf(record: Fields): Geo | undefined {
  const country = fields(record['country']);
  const location = fields(record['location']);
  const [lat, lon] = [number(location?.['latitude']), number(location?.['longitude'])];
  const geo: Geo = {
    country_iso_code: text(country?.['iso_code']),
    country_name: nameOf(country),
    city_name: nameOf(fields(record['city'])),
    location: lat === undefined || lon === undefined ? undefined : { lat, lon },
  };
  return Object.values(geo).every(value => value === undefined) ? undefined : geo;
}

function systemOf(record: Fields): AutonomousSystem | undefined {
  const asn = number(record['autonomous_system_number']);
  if (asn === undefined) return undefined;
  const name = text(record['autonomous_system_organization']);
  return { number: asn, organization: name === undefined ? undefined : { name } };
}

const nameOf = (part: Fields | undefined): string | undefined => text(fields(part?.['names'])?.['en']);

const fields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (Number.isFinite(value) ? (value as number) : undefined);

function joined(known: Place | undefined, more: Place | undefined): Place | undefined {
  if (known === undefined || more === undefined) return known ?? more;
  return { geo: known.geo ?? more.geo, as: known.as ?? more.as };
}
