import { auditLines } from './lines.ts';

/** CPU of `JSON.parse` on the bytes of the recorded events, in microseconds. */
const records = [...auditLines(Number(process.argv[2]))].map(line => Buffer.from(line));
const before = process.cpuUsage();
let verbs = 0;
for (const record of records) if ((JSON.parse(record.toString()) as { verb?: string }).verb !== undefined) verbs += 1;
const { user, system } = process.cpuUsage(before);
if (verbs !== records.length) throw new Error('an event has no verb');
process.send?.({ cpu: user + system });
