import { type Fields, isFields } from '../audit.ts';

type Path = readonly [string, ...string[]];

const HOSTS: readonly Path[] = [
  ['host'],
  ['host', 'name'],
  ['host', 'hostname'],
  ['hostname'],
  ['agent', 'hostname'],
  ['agent', 'name'],
  ['kubernetes', 'host'],
  ['kubernetes', 'pod_node_name'],
  ['kubernetes', 'node', 'name'],
];
const FILES: readonly Path[] = [
  ['log', 'file', 'path'],
  ['file'],
  ['file', 'path'],
  ['filename'],
  ['filepath'],
  ['file_path'],
  ['path'],
];
const OFFSETS: readonly Path[] = [['log', 'offset'], ['offset']];

/**
 * Where the shipper read the record: host, file and offset, only where all three came along, since two of them are no
 * place. The names are those of Filebeat, Vector and Logstash, and what Fluent Bit's `Path_Key` is usually set to.
 */
export function positionOf(value: Fields): string | undefined {
  const host = first(value, HOSTS, isText);
  const file = first(value, FILES, isText);
  const offset = first(value, OFFSETS, isOffset);
  return host === undefined || file === undefined || offset === undefined
    ? undefined
    : JSON.stringify([host, file, offset]);
}

function first(value: Fields, paths: readonly Path[], is: (found: unknown) => boolean): unknown {
  for (const path of paths) {
    let found: unknown = value;
    for (const name of path) found = isFields(found) ? found[name] : undefined;
    if (is(found)) return found;
  }
  return undefined;
}

const isText = (found: unknown): boolean => typeof found === 'string' && found !== '';
const isOffset = (found: unknown): boolean => Number.isSafeInteger(found);
