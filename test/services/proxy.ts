import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * What happens to a request. `pass`: all goes well. `hold`: the server does it and the answer never comes. `cut`: the
 * connection breaks in the middle of the answer. `late`: the answer comes after `lateMs`. `throttle`: 429, and the server
 * sees nothing. `throttle-items`: every second operation of a bulk body is answered with 429, and not done.
 */
export type Verdict = 'pass' | 'hold' | 'cut' | 'late' | 'throttle' | 'throttle-items';

/** A request on its way: `asked` before the server sees it, `answered` once the server has done it. */
export type Moment = { readonly path: string; readonly phase: 'asked' | 'answered' };

export type ProxyOptions = {
  readonly judge?: (path: string) => Verdict;
  /** Sees every moment, and the next happens only when it is done with it. */
  readonly witness?: (moment: Moment) => void | Promise<void>;
  readonly lateMs?: number;
};

export type Proxy = {
  readonly address: string;
  /** Resolves when the first answer is held. */
  readonly held: Promise<void>;
  readonly close: () => Promise<void>;
};

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer };

const PRODUCT = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const THROTTLED: Answer = { status: 429, headers: PRODUCT, body: Buffer.from('{"error":"throttled","status":429}') };

/** Stands before an HTTP server and spoils what `judge` says. */
export async function faultyProxy(target: string, options: ProxyOptions): Promise<Proxy> {
  const { judge = () => 'pass', witness = () => {}, lateMs = 0 } = options;
  const { promise: held, resolve: onHold } = Promise.withResolvers<void>();
  const late = new Set<NodeJS.Timeout>();
  const server = createServer(async (incoming, outgoing) => {
    outgoing.on('error', () => {});
    try {
      const path = incoming.url ?? '/';
      const body = await read(incoming);
      await witness({ path, phase: 'asked' });
      const verdict = judge(path);
      const answer = verdict === 'throttle' ? THROTTLED : await forward(target, incoming, body, verdict);
      await witness({ path, phase: 'answered' });
      if (verdict === 'hold') onHold();
      else if (verdict === 'cut') cut(outgoing, answer);
      else if (verdict === 'late') late.add(setTimeout(() => send(outgoing, answer), lateMs));
      else send(outgoing, answer);
    } catch {
      outgoing.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    held,
    close: async () => {
      for (const timer of late) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const forward = (target: string, incoming: IncomingMessage, body: Buffer, verdict: Verdict): Promise<Answer> =>
  verdict === 'throttle-items' ? everySecond(target, incoming, body) : ask(target, incoming, body);

async function ask(target: string, { method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const onward = request(new URL(url, target), { method, headers: { ...headers, 'content-length': body.length } });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const content = await read(answer);
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: content };
}

type Bulk = { readonly items?: readonly object[] };
const REJECTED = { create: { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'full' } } };

/** Lets the server do the first, third, … operation of a body, and answers for it about the others. */
async function everySecond(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const lines = body.toString().trimEnd().split('\n');
  const kept = lines.filter((_, i) => i % 4 < 2).map(line => `${line}\n`);
  const answer = await ask(target, incoming, Buffer.from(kept.join('')));
  const done = (JSON.parse(answer.body.toString()) as Bulk).items ?? [];
  const items = Array.from({ length: lines.length / 2 }, (_, i) => (i % 2 === 0 ? done[i / 2] : REJECTED));
  return { status: 200, headers: PRODUCT, body: Buffer.from(JSON.stringify({ errors: true, items })) };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, ...plain } = headers;
  outgoing.writeHead(status, { ...plain, 'content-length': body.length }).end(body);
}

function cut(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, ...plain } = headers;
  outgoing.writeHead(status, { ...plain, 'content-length': body.length });
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy());
}
