import { services } from './integration.ts';
import { start } from './keywarden.ts';
import { faultyProxy, type Moment } from './proxy.ts';
import type { Rig } from './rig.ts';

/** A call of the process to Elasticsearch: a part of its path, before or after it is done, and the how-manieth such. */
export type Death = { readonly path: string; readonly phase: Moment['phase']; readonly nth: number };

/** Small bodies, so that there are many moments. */
export const MANY_BODIES = { bulk: { linger: 50, bytes: 20_000 } };

/** Runs until the moment comes, or `otherwise` does, and kills the process there: what would follow never happens. */
export async function killedAt(
  { path, phase, nth }: Death,
  rig: Rig,
  more: object = {},
  otherwise: (running: ReturnType<typeof start>) => Promise<void> = () => new Promise(() => {}),
): Promise<void> {
  let seen = 0;
  const reached = Promise.withResolvers<void>();
  // The moment stands still.
  const witness = (moment: Moment): Promise<void> | undefined => {
    if (!moment.path.includes(path) || moment.phase !== phase || ++seen < nth) return undefined;
    reached.resolve();
    return new Promise(() => {});
  };
  const proxy = await faultyProxy(services.elasticsearch, { witness });
  const running = start(['run', '--config', rig.config(proxy.address, MANY_BODIES, more)]);
  await Promise.race([reached.promise, otherwise(running)]);
  running.kill('SIGKILL');
  await running.ended;
  await proxy.close();
}
