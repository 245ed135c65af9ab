import { once } from 'node:events';
import { createServer } from 'node:http';

const NEWLINE = 0x0a;

export type Discard = { readonly address: string; readonly done: Promise<void>; readonly close: () => Promise<void> };

/** An endpoint that says yes to every body and keeps nothing; `done` resolves when it has seen `expected` documents. */
export async function discard(expected: number): Promise<Discard> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let lines = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    });
    request.on('end', () => {
      // The client asks for this header before it believes that it speaks to Elasticsearch.
      response.writeHead(200, {
        'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
        'x-elastic-product': 'Elasticsearch',
      });
      response.end('{"errors":false,"index_templates":[]}');
      if (lines / 2 >= expected) resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    done,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
