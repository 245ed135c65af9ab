import { isIP } from 'node:net';
import { expect, test } from '@jest/globals';
import {
  alertMappings,
  etcdMappings,
  filterMappings,
  kubernetesMappings,
} from '../../src/deliver/elasticsearch/mappings.ts';
import type { Event } from '../../src/model/event.ts';
import { normalize } from '../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../src/normalize/settings.ts';
import { CLOUDS } from '../fixtures/clouds.ts';
import { RECORDED } from '../fixtures/recorded.ts';

/** The fields of ECS 8.17 that Keywarden writes, by type. Source: Elastic Common Schema field reference. */
const ECS: Readonly<Record<string, readonly string[]>> = {
  date: ['@timestamp', 'event.start', 'event.end', 'event.ingested'],
  ip: ['source.ip', 'client.ip', 'related.ip', 'network.forwarded_ip'],
  long: ['event.severity', 'event.duration', 'source.port', 'source.as.number'],
  geo_point: ['source.geo.location'],
  text: ['message'],
  keyword: [
    'ecs.version',
    ...['id', 'kind', 'module', 'dataset', 'category', 'type', 'action', 'outcome', 'reason'].map(
      name => `event.${name}`,
    ),
    ...['user.name', 'user.id', 'user.effective.name', 'user_agent.original', 'related.user'],
    ...['country_iso_code', 'country_name', 'city_name'].map(name => `source.geo.${name}`),
    'source.as.organization.name',
    ...['type', 'cluster.name', 'namespace', 'api_version'].map(name => `orchestrator.${name}`),
    ...['orchestrator.resource.type', 'orchestrator.resource.name'],
    ...['process.args', 'process.command_line', 'log.level', 'log.logger', 'url.path'],
    ...['data_stream.type', 'data_stream.dataset', 'data_stream.namespace'],
    ...['rule.id', 'rule.name', 'rule.reference', 'threat.framework'],
    ...['threat.tactic.id', 'threat.tactic.name', 'threat.technique.id', 'threat.technique.name'],
  ],
};
/** Ours beside those of ECS, outside `etcd`, `kubernetes` and `keywarden`. `rule.description` is text, since it is long. */
const OURS: Readonly<Record<string, string>> = { 'orchestrator.resource.group': 'keyword', 'rule.description': 'text' };
const TYPE_OF = new Map(Object.entries(ECS).flatMap(([type, names]) => names.map(name => [name, type] as const)));
const ROOTS = /^(?:etcd|kubernetes|keywarden)\./;

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'event.kind': ['alert', 'event', 'metric', 'pipeline_error'],
  'event.outcome': ['success', 'failure', 'unknown'],
  'event.category': ['database'],
  'event.type': ['access', 'change', 'creation', 'deletion', 'denied', 'error', 'info'],
};

type Mapping = { readonly type?: string; readonly properties?: Readonly<Record<string, Mapping>> };

/** The mapped fields as `a.b.c` and their types. */
function typesIn({ properties = {} }: Mapping, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(properties).flatMap(([name, mapping]) => {
    const here: readonly (readonly [string, string])[] =
      mapping.type === undefined ? [] : [[path + name, mapping.type]];
    return mapping.properties === undefined ? here : [...here, ...typesIn(mapping, `${path}${name}.`)];
  });
}

const MAPPINGS = { kubernetesMappings, etcdMappings, alertMappings, filterMappings };
for (const [name, mapping] of Object.entries(MAPPINGS)) {
  test(`${name}: each field of ECS has the type that ECS gives it`, () => {
    const wrong = typesIn(mapping as Mapping).filter(
      ([field, type]) => !ROOTS.test(field) && (TYPE_OF.get(field) ?? OURS[field]) !== type,
    );
    expect(wrong).toEqual([]);
  });
}

/** The values of a document as `a.b.c`, those of lists one by one. */
function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.flatMap(item => leaves(item, path));
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`));
}

const LEAF: Readonly<Record<string, (value: unknown) => boolean>> = {
  date: value => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  ip: value => typeof value === 'string' && isIP(value) !== 0,
  long: value => Number.isSafeInteger(value),
  integer: value => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  float: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  keyword: value => typeof value === 'string' && value !== '',
  text: value => typeof value === 'string',
};

const TYPES = new Map([kubernetesMappings, etcdMappings].flatMap(mapping => typesIn(mapping as Mapping)));
/** The audit event is kept as it was written, empty texts and all. */
const isFit = (field: string, value: unknown): boolean => {
  const type = TYPES.get(field);
  if (type === undefined || (field.startsWith('kubernetes.') && value === '')) return ROOTS.test(field);
  return (LEAF[type]?.(value) ?? true) && (ALLOWED[field]?.includes(String(value)) ?? true);
};

test('every document of the recordings and of the clouds holds only what its mapping says', () => {
  const events: Event[] = [];
  const faults: unknown[] = [];
  const settings = normalizeSettings('keywarden', () => 0);
  for (const [i, line] of [...RECORDED, ...CLOUDS.records].entries()) {
    const record = {
      bytes: Buffer.from(line),
      origin: { file: 'f', line: i + 1 },
      cluster: 'lab',
      receivedAt: undefined,
    };
    normalize(record, settings, { event: event => events.push(event), deadLetter: letter => faults.push(letter) });
  }
  expect(faults).toEqual([]);
  expect(events.length).toBeGreaterThan(RECORDED.length);
  const unfit = events.flatMap(({ document }) =>
    leaves(JSON.parse(JSON.stringify(document))).filter(([field, value]) => !isFit(field, value)),
  );
  expect(unfit.slice(0, 20)).toEqual([]);
});
