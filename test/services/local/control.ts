import type { Service } from '../service.ts';
import { type Server, until } from './process.ts';

/** What a service of our own is made of; `launch` starts a server on the data that the one before has left. */
export type Parts = {
  readonly name: string;
  readonly address: string;
  readonly launch: () => Server;
  readonly probe: () => Promise<unknown>;
  readonly readyMs: number;
  readonly cleanUp: () => void;
};

/** Starts the server and waits until it answers. */
export async function serve({ name, address, launch, probe, readyMs, cleanUp }: Parts): Promise<Service> {
  let server = launch();
  const ready = (): Promise<void> => until(name, server, probe, readyMs);
  await ready();
  return {
    address,
    stop: async () => {
      await server.stop();
      cleanUp();
    },
    halt: () => server.stop(),
    begin: async () => {
      server = launch();
      await ready();
    },
    pause: async () => server.signal('SIGSTOP'),
    resume: async () => server.signal('SIGCONT'),
  };
}
