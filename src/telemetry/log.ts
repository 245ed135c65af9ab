import { logLevel as KafkaLevel, type logCreator } from 'kafkajs';
import { type Logger, pino } from 'pino';

/** Names that a secret may have anywhere in a log line. */
const SECRETS = ['password', 'apiKey', 'authorization', 'sasl', '*.password', '*.apiKey', '*.authorization', '*.sasl'];

/** JSON lines on standard error, so that standard output stays a command's own. No line holds the body of an event. */
export function createLog(level: string): Logger {
  const log = pino(
    { name: 'keywarden', level, redact: SECRETS, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  routeWarnings(log);
  return log;
}

/**
 * kafkajs 2.2.4 waits for negative times, which Node 24 remarks on and turns into 1 ms; gRPC names the server by an address
 * where the endpoint is one, which Node leaves out by itself.
 */
const HARMLESS: ReadonlySet<string | undefined> = new Set(['TimeoutNegativeWarning', 'DEP0123']);

/** Sends the process's warnings into the log, where they have a level. */
function routeWarnings(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message, code }: Error & { readonly code?: string }) =>
    HARMLESS.has(name) || HARMLESS.has(code) ? log.trace({ name }, message) : log.warn({ name }, message),
  );
}

/** kafkajs reports each retry of its own as an error; for us only what it gives up on is one. */
export const kafkaLogCreator =
  (log: Logger): logCreator =>
  () =>
  ({ namespace, level, log: entry }) => {
    const { message, error, retryCount, groupId, topic, partition } = entry;
    const detail = { component: `kafkajs/${namespace}`, error, retryCount, groupId, topic, partition };
    // A connection's errors are retried by whoever asked, and said again where that fails.
    if (level === KafkaLevel.ERROR && namespace !== 'Connection') log.warn(detail, message);
    else if (level === KafkaLevel.ERROR) log.info(detail, message);
    else if (level === KafkaLevel.WARN) log.info(detail, message);
    else log.debug(detail, message);
  };
