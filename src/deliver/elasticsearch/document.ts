import type { EcsDocument, Event, Verbatim } from '../../model/event.ts';

const BRACES = Buffer.from('}}}');

/** Room for the parts around the record's own bytes; texts of the event may need three bytes a character. */
const HEAD_ROOM = 4;

/**
 * Writes the event's document as one line of JSON into `target` at `at` and returns its end, or -1 where it does not fit.
 * Where the record is the event itself its bytes are copied, not serialised anew: that is a third of the pipeline's time.
 */
export function writeDocument(event: Event, target: Buffer, at: number): number {
  const { verbatim, document } = event;
  return verbatim === undefined
    ? writeText(wellFormed(JSON.stringify(document)), target, at)
    : writeSpliced(document, verbatim, target, at);
}

function writeSpliced(document: EcsDocument, verbatim: Verbatim, target: Buffer, at: number): number {
  const { bytes, annotationsAt } = verbatim;
  const head = headOf(document);
  const annotations = document.kubernetes?.audit['annotations'];
  const tail = annotations === undefined || annotations === null ? '' : `,"annotations":${JSON.stringify(annotations)}`;
  if ((head.length + tail.length) * HEAD_ROOM + bytes.length > target.length - at) return -1;
  let end = at + target.write(head, at);
  end += bytes.copy(target, end, 0, annotationsAt);
  end += target.write(tail, end);
  return end + BRACES.copy(target, end);
}

function writeText(text: string, target: Buffer, at: number): number {
  if (text.length * 3 > target.length - at && Buffer.byteLength(text) > target.length - at) return -1;
  return at + target.write(text, at);
}

/** The document up to and with the opening of `kubernetes.audit`; the same fields in the same order as `JSON.stringify` writes them. */
function headOf(document: EcsDocument): string {
  const { data_stream: stream, event, user, user_agent: agent, source, orchestrator, related } = document;
  let head = `{"@timestamp":"${document['@timestamp']}","ecs":{"version":"${document.ecs.version}"},`;
  head += `"data_stream":{"type":"logs","dataset":"${stream.dataset}","namespace":"${stream.namespace}"},`;
  head += `"event":{"id":"${event.id}","kind":"event","module":"kubernetes","dataset":"${event.dataset}",`;
  head += `"action":${JSON.stringify(event.action)},"type":["${event.type[0]}"],"outcome":"${event.outcome}"`;
  head += event.start === undefined ? '}' : `,"start":${JSON.stringify(event.start)}}`;
  if (user !== undefined) head += `,"user":${JSON.stringify(user)}`;
  if (agent !== undefined) head += `,"user_agent":{"original":${JSON.stringify(agent.original)}}`;
  if (source !== undefined) head += `,"source":{"ip":"${source.ip}"}`;
  if (document.client !== undefined) head += `,"client":${JSON.stringify(document.client)}`;
  if (orchestrator !== undefined) head += `,"orchestrator":${JSON.stringify(orchestrator)}`;
  if (related !== undefined) head += `,"related":${JSON.stringify(related)}`;
  if (document.process !== undefined) head += `,"process":${JSON.stringify(document.process)}`;
  return `${head},"keywarden":${JSON.stringify(document.keywarden)},"kubernetes":{"audit":`;
}

const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** `JSON.stringify` leaves only lone surrogates escaped like this, and Elasticsearch refuses them. */
export const wellFormed = (json: string): string =>
  json.includes('\\ud') ? json.replace(LONE_SURROGATE, '$1\\ufffd') : json;
