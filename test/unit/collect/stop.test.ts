import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { connectEtcd } from '../../../src/collect/client.ts';
import { Collector } from '../../../src/collect/collector.ts';
import { watchMember } from '../../../src/collect/watching.ts';

/** Less than the five seconds that a call may take. */
const SOON_MS = 2_000;

/** Takes connections and never says a word; `heard` resolves with the first. */
async function blackHole() {
  const sockets: Socket[] = [];
  const server = createServer(socket => void sockets.push(socket.resume().on('error', () => {})));
  const heard = once(server, 'connection');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { endpoint, heard, close };
}

test('a stop ends at once what an etcd does not answer', async () => {
  const { endpoint, heard, close } = await blackHole();
  const stop = new AbortController();
  const etcd = connectEtcd(endpoint, { ca: null, cert: null, key: null, verify: true }, '/registry/', stop.signal);
  const output = { put: () => {}, full: false };
  const log = pino({ level: 'silent' });
  const collector = new Collector({ cluster: undefined, hashKey: undefined }, undefined, output, log, Date.now);
  const options = {
    prefix: '/registry/',
    progressEvery: 1_000,
    room: async () => {},
    now: Date.now,
    onReady: () => {},
  };
  const ended = [watchMember(etcd, collector, options, stop.signal), etcd.hasLease('77')];
  await heard;
  const asked = Date.now();
  stop.abort(new Error('SIGTERM'));
  const reasons = (await Promise.allSettled(ended)).map(result => 'reason' in result && String(result.reason));
  expect([reasons, Date.now() - asked < SOON_MS]).toEqual([['Error: SIGTERM', 'Error: SIGTERM'], true]);
  await expect(etcd.hasLease('77')).rejects.toThrow('SIGTERM');
  etcd.close();
  close();
});
