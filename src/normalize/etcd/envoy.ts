import { utc } from '../time.ts';
import { countOf, type Line, type Reading, textOf } from './reading.ts';
import { addressOf, readCall, rpcOf } from './request.ts';
import { statusOf } from './status.ts';

const NANOSECONDS_A_MILLISECOND = 1e6;
/** A query is no part of the method, and may hold a token. */
const QUERY = /[?#].*$/s;
const COMMON_NAME = /(?:^|,)\s*CN=([^,+]{1,200})/;

/**
 * Envoy's access log as JSON of a gRPC call to etcd, with the names that Envoy's and Istio's documentation use for their
 * fields. It sees the method and the client, never the keys. Source: Envoy, "Access logging", command operators.
 */
export function readEnvoy(line: Line): Reading {
  const { duration, grpc_status: status, grpc_status_number: number } = line;
  const commonName = COMMON_NAME.exec(textOf(line, 'downstream_peer_subject') ?? '')?.[1];
  const remote = textOf(line, 'downstream_direct_remote_address') ?? textOf(line, 'downstream_remote_address');
  return readCall(rpcOf((textOf(line, 'path') ?? '').replace(QUERY, '')), [], {
    message: 'etcd request',
    ...statusOf(status ?? number),
    start: utc(line['start_time']),
    duration: nanosecondsOf(duration),
    source: addressOf(remote),
    user: commonName,
    client: commonName === undefined ? undefined : { common_name: commonName },
    request: { size: countOf(line, 'bytes_received') },
    response: { size: countOf(line, 'bytes_sent') },
  });
}

function nanosecondsOf(milliseconds: unknown): number | undefined {
  const nanoseconds = typeof milliseconds === 'number' ? Math.round(milliseconds * NANOSECONDS_A_MILLISECOND) : -1;
  return Number.isSafeInteger(nanoseconds) && nanoseconds >= 0 ? nanoseconds : undefined;
}
