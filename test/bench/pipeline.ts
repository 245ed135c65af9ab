import { loadConfig } from '../../src/config/load.ts';
import { run } from '../../src/pipeline/run.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** `keywarden run` until SIGTERM, then the CPU it took in microseconds. */
const config = loadConfig(process.argv[2], {});
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('SIGTERM')));
const before = process.cpuUsage();
await run(config, createLog('error'), stop.signal);
const { user, system } = process.cpuUsage(before);
process.send?.({ cpu: user + system });
process.disconnect?.();
