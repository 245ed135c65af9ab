import { gzipSync } from 'node:zlib';
import type { Envelope } from '../../../src/model/event.ts';

/** One line of a log as it stands in a record of `envelope`; undefined is an encoding that leaves no trace. */
export type Wrapping = {
  readonly name: string;
  readonly envelope: Envelope | undefined;
  readonly wrap: (line: string) => string | Buffer | object;
};

const TIME = '2026-11-23T05:13:04.123456789Z';

const subscription = (message: unknown): object => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/other/group',
  logStream: 'kube-apiserver-audit-5f1c',
  subscriptionFilters: ['keywarden'],
  logEvents: [
    { id: '31953106606966983378809025079804211143289615424298221568', timestamp: 1_763_874_784_123, message },
  ],
});

const packed = (value: object): Buffer => gzipSync(JSON.stringify(value));

const azure = (log: unknown): object => ({
  time: TIME,
  resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G',
  operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
  category: 'kube-audit',
  properties: { log, stream: 'stdout', pod: 'kube-apiserver-1' },
});

const [asText, asObject] = [(line: string) => line, (line: string) => JSON.parse(line) as object];

/** Wrappings that can hold any line: JSON, or etcd's console format. */
export const WRAPPINGS: readonly Wrapping[] = [
  { name: 'nothing', envelope: undefined, wrap: asText },
  { name: 'a newline behind it', envelope: undefined, wrap: line => `${line}\n` },
  { name: 'gzip', envelope: undefined, wrap: line => gzipSync(line) },
  { name: 'a JSON string', envelope: undefined, wrap: line => JSON.stringify(line) },
  { name: 'two JSON strings', envelope: undefined, wrap: line => JSON.stringify(JSON.stringify(line)) },
  {
    name: 'Fluent Bit to Kafka',
    envelope: 'fluent-bit',
    wrap: log => ({ '@timestamp': 1_763_874_784.123, log, kubernetes: { pod_name: 'etcd-n1', host: 'n1' } }),
  },
  { name: 'Fluent Bit to HTTP', envelope: 'fluent-bit', wrap: log => [{ date: 1_763_874_784.123, log: `${log}\n` }] },
  {
    name: 'Fluent Bit reading a journal',
    envelope: 'fluent-bit',
    wrap: MESSAGE => ({ date: 1_763_874_784.1, MESSAGE, _HOSTNAME: 'n1' }),
  },
  {
    name: 'Fluentd',
    envelope: 'fluentd',
    wrap: log => ({ log, stream: 'stderr', docker: { container_id: 'c' }, kubernetes: { host: 'n1' } }),
  },
  {
    name: 'Vector reading a file',
    envelope: 'vector',
    wrap: message => ({ file: '/var/log/audit.log', host: 'n1', message, source_type: 'file', timestamp: TIME }),
  },
  {
    name: 'Filebeat',
    envelope: 'filebeat',
    wrap: message => ({
      '@timestamp': '2026-11-23T05:13:04.123Z',
      '@metadata': { beat: 'filebeat', type: '_doc', version: '9.1.0' },
      agent: { type: 'filebeat', version: '9.1.0' },
      input: { type: 'filestream' },
      ecs: { version: '8.0.0' },
      message,
    }),
  },
  {
    name: 'Logstash',
    envelope: 'logstash',
    wrap: message => ({
      '@timestamp': TIME,
      '@version': '1',
      message,
      event: { original: message },
      host: { name: 'n1' },
    }),
  },
  {
    name: 'Logstash without message',
    envelope: 'logstash',
    wrap: original => ({ '@timestamp': TIME, '@version': '1', event: { original }, path: '/var/log/audit.log' }),
  },
  { name: 'a container runtime', envelope: 'cri', wrap: line => `${TIME} stdout F ${line}` },
  {
    name: 'a container runtime in Fluent Bit',
    envelope: 'fluent-bit',
    wrap: line => ({ date: 1, log: `${TIME} stderr F ${line}` }),
  },
  { name: 'Docker', envelope: 'docker', wrap: line => ({ log: `${line}\n`, stream: 'stdout', time: TIME }) },
  {
    name: 'Docker in Vector',
    envelope: 'vector',
    wrap: line => ({ message: JSON.stringify({ log: line, stream: 'stdout', time: TIME }), source_type: 'file' }),
  },
  { name: 'CloudWatch', envelope: 'cloudwatch', wrap: subscription },
  { name: 'CloudWatch packed', envelope: 'cloudwatch', wrap: line => packed(subscription(line)) },
  {
    name: 'CloudWatch packed in Base64',
    envelope: 'cloudwatch',
    wrap: line => packed(subscription(line)).toString('base64'),
  },
  {
    name: 'CloudWatch for a function',
    envelope: 'cloudwatch',
    wrap: line => ({ awslogs: { data: packed(subscription(line)).toString('base64') } }),
  },
  { name: 'Azure', envelope: 'azure', wrap: line => ({ records: [azure(line)] }) },
  { name: 'one record of Azure', envelope: 'azure', wrap: line => azure(`${line}\n`) },
  { name: 'only a message', envelope: 'other', wrap: message => ({ message }) },
];

/** Wrappings that hold an event which the shipper has decoded. */
export const DECODED: readonly Wrapping[] = [
  { name: 'Fluent Bit, decoded', envelope: 'fluent-bit', wrap: line => ({ date: 1.5, log: asObject(line) }) },
  { name: 'Vector, decoded', envelope: 'vector', wrap: line => ({ source_type: 'file', message: asObject(line) }) },
  {
    name: 'Filebeat, decoded under json',
    envelope: 'filebeat',
    wrap: line => ({ '@timestamp': TIME, agent: { type: 'filebeat' }, log: { offset: 7 }, json: asObject(line) }),
  },
  { name: 'CloudWatch, decoded', envelope: 'cloudwatch', wrap: line => subscription(asObject(line)) },
  { name: 'Azure, decoded', envelope: 'azure', wrap: line => ({ records: [azure(asObject(line))] }) },
];

/** Of audit events alone: decoded beside the shipper's own fields, or where Elastic's integration puts them. */
export const DECODED_AUDIT: readonly Wrapping[] = [
  {
    name: 'Filebeat, decoded under kubernetes.audit',
    envelope: 'filebeat',
    wrap: line => ({ agent: { type: 'filebeat' }, kubernetes: { audit: asObject(line) } }),
  },
  {
    name: 'Fluent Bit, merged',
    envelope: 'fluent-bit',
    wrap: line => ({ date: 1.5, kubernetes: { host: 'n1' }, ...asObject(line) }),
  },
  {
    name: 'Vector, merged',
    envelope: 'vector',
    wrap: line => ({ ...asObject(line), source_type: 'file', file: 'a.log', timestamp: TIME, metadata: {} }),
  },
  {
    name: 'Logstash, merged',
    envelope: 'logstash',
    wrap: line => ({ ...asObject(line), '@timestamp': TIME, '@version': '1', host: 'n1', path: '/a' }),
  },
  {
    name: 'Fluentd, merged, its text kept',
    envelope: 'fluentd',
    wrap: line => ({ ...asObject(line), log: line, stream: 'stdout', docker: { container_id: 'c' } }),
  },
  {
    name: 'Fluent Bit, merged, its text kept',
    envelope: 'fluent-bit',
    wrap: line => ({ log: line, ...asObject(line) }),
  },
  { name: 'another, merged, with a tag', envelope: 'other', wrap: line => ({ ...asObject(line), tag: 'k8s.audit' }) },
  { name: 'another, merged, its text kept', envelope: 'other', wrap: line => ({ ...asObject(line), message: line }) },
];
