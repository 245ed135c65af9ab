import { expect, test } from '@jest/globals';
import { openGeoIp } from '../../../src/enrich/geoip.ts';
import { mmdb } from './mmdb.ts';

const named = (en: string) => ({ names: { en, de: `${en} auf Deutsch` } });
const OSLO = {
  country: { iso_code: 'NO', ...named('Norway') },
  city: named('Oslo'),
  location: { latitude: 59.91, longitude: 10.75 },
};
const SYSTEM = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Transit' };
const NORWAY = { country_iso_code: 'NO', country_name: 'Norway' };
const IN_OSLO = { ...NORWAY, city_name: 'Oslo', location: { lat: 59.91, lon: 10.75 } };
const TRANSIT = { number: 64_500, organization: { name: 'Example Transit' } };

const city = {
  file: 'city.mmdb',
  bytes: mmdb(6, {
    '81.2.69.0/24': OSLO,
    '8.8.4.0/24': { country: { iso_code: 'NO', ...named('Norway') } },
    '9.9.9.0/24': { country: 'NO', city: 5, location: { latitude: 'north' } },
    '10.0.0.0/8': OSLO,
    '2a00:0:0:0:0:0:0:0/16': OSLO,
    'fd00:0:0:0:0:0:0:0/8': OSLO,
  }),
};
const systems = {
  file: 'asn.mmdb',
  bytes: mmdb(4, { '81.2.69.0/24': SYSTEM, '7.0.0.0/8': { autonomous_system_number: 64_501 }, '42.0.0.0/8': SYSTEM }),
};
const lookUp = openGeoIp([city, systems]);

const places: [name: string, address: string, place: object | undefined][] = [
  ['a city and its network', '81.2.69.160', { geo: IN_OSLO, as: TRANSIT }],
  ['a country alone', '8.8.4.4', { geo: NORWAY }],
  ['a network alone, without a name', '7.1.2.3', { as: { number: 64_501 } }],
  ['an IPv6 address', '2a00:1450::1', { geo: IN_OSLO }],
  ['an IPv4 address written as IPv6', '::ffff:81.2.69.160', { geo: IN_OSLO, as: TRANSIT }],
  // 2a00:… begins with the bits of 42.0.
  ['an IPv6 address is not looked up among IPv4 networks', '2a01::1', { geo: undefined, as: undefined }],
  ['an address that nobody knows', '1.1.1.1', undefined],
  ['a record of other types', '9.9.9.9', {}],
  ['a private address', '10.1.2.3', undefined],
  ['a private address written as IPv6', '::ffff:10.1.2.3', undefined],
  ['a unique local address', 'fd00::1', undefined],
  ['loopback', '127.0.0.1', undefined],
];
for (const [name, address, place] of places) {
  test(`geoip: ${name}`, () => expect(JSON.stringify(lookUp(address) ?? {})).toBe(JSON.stringify(place ?? {})));
}

test('of two databases that know the same the first counts', () => {
  const other = { file: 'b.mmdb', bytes: mmdb(4, { '81.2.69.0/24': { country: { iso_code: 'SE' } } }) };
  expect(openGeoIp([other, city])('81.2.69.1')?.geo).toEqual({ country_iso_code: 'SE' });
  expect(openGeoIp([city, other])('81.2.69.1')?.geo?.country_iso_code).toBe('NO');
});

test('what is no database is an error that names the file', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('PK\u0003\u0004'), Buffer.alloc(5_000, 0xff)]) {
    expect(() => openGeoIp([{ file: 'x.mmdb', bytes }])).toThrow(
      'the enrichment cannot be used: x.mmdb: is no MaxMind database; give an unpacked .mmdb file',
    );
  }
});

test('a database that is damaged knows nothing where it is, and never throws', () => {
  const whole = mmdb(4, { '81.2.69.0/24': OSLO });
  const tree = whole.indexOf(Buffer.alloc(16));
  for (let at = tree; at < whole.indexOf('MaxMind.com') - 3; at += 1) {
    for (const byte of [0x00, 0x1f, 0x20, 0x3f, 0xe1, 0xff]) {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      expect(() => openGeoIp([{ file: 'x.mmdb', bytes }])('81.2.69.1')).not.toThrow();
    }
  }
});
