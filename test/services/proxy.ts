import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What happens to an answer: it goes through, or is held back until the proxy closes. */
export type Verdict = 'pass' | 'hold';

export type Proxy = {
  readonly address: string;
  /** Resolves with the number of documents when the first answer is held, that is after the server has taken the request. */
  readonly held: Promise<void>;
  readonly close: () => Promise<void>;
};

/** Stands before an HTTP server and may hold an answer back: the server has done the work, the client does not know. */
export async function holdingProxy(target: string, judge: (path: string) => Verdict): Promise<Proxy> {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const server = createServer((incoming, outgoing) => forward(incoming, outgoing, target, judge, resolve));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    held,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  judge: (path: string) => Verdict,
  onHold: () => void,
): void {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, target), { method, headers }, answer => {
    const chunks: Buffer[] = [];
    answer.on('data', chunk => chunks.push(chunk));
    answer.on('end', () => {
      if (judge(url) === 'hold') {
        onHold();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
    });
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
