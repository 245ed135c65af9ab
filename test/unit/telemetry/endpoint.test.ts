import { expect, test } from '@jest/globals';
import { serveMetrics } from '../../../src/telemetry/endpoint.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const asked: [method: string, path: string, status: number, text: string][] = [
  ['GET', '/metrics', 200, 'keywarden_records_total 3'],
  ['GET', '/', 404, 'metrics are at /metrics'],
  ['POST', '/metrics', 405, 'GET only'],
];
for (const [method, path, status, text] of asked) {
  test(`metrics: ${method} ${path}: ${status}`, async () => {
    const metrics = createMetrics();
    metrics.count(() => ({ records: 3, events: 0, alerts: 0, deadLetters: 0 }));
    const endpoint = await serveMetrics(metrics.registry, '127.0.0.1:0');
    const answer = await fetch(`http://127.0.0.1:${endpoint.port}${path}`, { method });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)]);
    await endpoint.close();
  });
}

test('totals are those of the moment of the scrape, counted once', async () => {
  const metrics = createMetrics();
  const totals = { records: 1, events: 2, alerts: 3, deadLetters: 4 };
  metrics.count(() => totals);
  await metrics.registry.metrics();
  totals.alerts = 5;
  const lines = (await metrics.registry.metrics()).split('\n').filter(line => /^keywarden_\w+_total /.test(line));
  expect(lines).toEqual([
    'keywarden_records_total 1',
    'keywarden_events_total 2',
    'keywarden_alerts_total 5',
    'keywarden_dead_letters_total 4',
  ]);
});

test('an address that cannot be listened on is named', async () => {
  const metrics = createMetrics();
  const first = await serveMetrics(metrics.registry, '127.0.0.1:0');
  const address = `127.0.0.1:${first.port}`;
  await expect(serveMetrics(metrics.registry, address)).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringContaining(`metrics.listen: ${address} cannot be listened on (EADDRINUSE)`),
  });
  await first.close();
});
