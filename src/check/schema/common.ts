import { type Field, type Fields, number, object, oneOf, someOf, text, texts, time } from './field.ts';

const always = (field: Field): Field => ({ ...field, always: true });

/** What `event.action` is of events that say that records are missing. Source: src/gaps/event.ts. */
export const GAPS = ['stream_silent', 'time_jumped', 'records_lost', 'blind', 'sight_returned', 'not_judged'];

/** Fields that the events of both log sources have. Source: src/model/event.ts. */
export const COMMON: Fields = {
  '@timestamp': always(time()),
  'ecs.version': always(text()),
  'data_stream.type': always(oneOf('logs')),
  'data_stream.namespace': always(text()),
  'event.id': always(text()),
  'event.outcome': always(oneOf('success', 'failure', 'unknown')),
  'event.type': someOf('access', 'creation', 'change', 'deletion', 'info', 'denied', 'error'),
  'orchestrator.type': oneOf('kubernetes'),
  'orchestrator.cluster.name': text(),
  'related.ip': { type: 'address', many: true },
  'related.user': texts(),
  'keywarden.origin.file': text(),
  'keywarden.origin.line': number(1),
  'keywarden.origin.topic': text(),
  'keywarden.origin.partition': number(),
  'keywarden.origin.offset': number(),
  'keywarden.origin.item': number(),
  'keywarden.envelope': oneOf(
    'fluent-bit',
    'fluentd',
    'vector',
    'filebeat',
    'logstash',
    'docker',
    'cri',
    'cloudwatch',
    'azure',
    'gke',
    'other',
  ),
  'keywarden.missing': texts(),
  'keywarden.labels': texts(),
  'keywarden.filter.name': text(),
  'keywarden.filter.sample_rate': number(),
  'keywarden.filter.left_out': texts(),
};

/** What a database of addresses says of `source.ip`. */
export const WHEREABOUTS: Fields = {
  'source.geo.country_iso_code': text(),
  'source.geo.country_name': text(),
  'source.geo.city_name': text(),
  'source.geo.location': object(),
  'source.geo.location.lat': number(-90, 90),
  'source.geo.location.lon': number(-180, 180),
  'source.as.number': number(),
  'source.as.organization.name': text(),
};
