import { BulkBody, targets } from '../../src/deliver/elasticsearch/body.ts';
import { sendBulk } from '../../src/deliver/elasticsearch/bulk.ts';
import { createClient } from '../../src/deliver/elasticsearch/client.ts';
import { normalize } from '../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../src/normalize/settings.ts';
import { auditLines } from './lines.ts';

/** Sends the same documents that `run` makes, all made beforehand: four bodies of 2 MB in flight and nothing else. */
const BODY_BYTES = 2_000_000;
const IN_FLIGHT = 4;

const [count = '0', namespace = ''] = process.argv.slice(2);
const client = createClient({ nodes: [process.env['ELASTICSEARCH_URL'] ?? ''], requestTimeout: 60_000 });
const bodies = makeBodies().values();
await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    for (const body of bodies) {
      const result = await sendBulk(client, body, new AbortController().signal);
      if (result.kind !== 'answered' || result.items !== undefined) throw new Error('a document was not taken');
    }
  }),
);
await client.close();
process.send?.({ cpu: 0 });
process.disconnect?.();

function makeBodies(): readonly Buffer[] {
  const made: Buffer[] = [];
  const settings = normalizeSettings(namespace, Date.now);
  const body = new BulkBody(BODY_BYTES * 2, targets(namespace));
  let offset = 0;
  for (const line of auditLines(Number(count))) {
    const origin = { topic: 'bench', partition: 0, offset: offset++ };
    normalize({ bytes: Buffer.from(line), origin, cluster: undefined, receivedAt: undefined }, settings, {
      event: event => body.addEvent(event),
      deadLetter: ({ reason }) => {
        throw new Error(reason);
      },
    });
    if (body.size < BODY_BYTES) continue;
    made.push(Buffer.from(body.bytes));
    body.clear();
  }
  return body.count === 0 ? made : [...made, Buffer.from(body.bytes)];
}
