import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { KeywardenError } from '../errors.ts';

/** Where `/metrics` is served; `port` is the real one where 0 was asked for. */
export type Endpoint = { readonly port: number; readonly close: () => Promise<void> };

/** Longer than any scrape, shorter than what a client that does nothing may hold. */
const TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 64;

/** Serves the registry in Prometheus' text format on `host:port`. Throws CONFIG where the address cannot be used. */
export async function serveMetrics(registry: Registry, address: string): Promise<Endpoint> {
  const server = createServer({ requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS }, (request, response) => {
    if (request.method !== 'GET') return end(response, 405, 'GET only\n');
    if (request.url !== '/metrics') return end(response, 404, 'metrics are at /metrics\n');
    return registry.metrics().then(
      text => end(response, 200, text, registry.contentType),
      () => end(response, 500, 'the metrics cannot be told\n'),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, address);
  // A scrape must not keep a process that has nothing else to do.
  server.unref();
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}

function listening(server: Server, address: string): Promise<void> {
  const { hostname, port } = new URL(`http://${address}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new KeywardenError('CONFIG', `metrics.listen: ${address} cannot be listened on (${cause.code})`, { cause }),
      ),
    );
    // URL leaves out the port that http has by default.
    server.listen(port === '' ? 80 : Number(port), host, resolve);
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}
