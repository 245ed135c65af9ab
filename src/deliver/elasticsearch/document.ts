import type { EcsDocument, Event, Verbatim } from '../../model/event.ts';

/** The most that a unit of a JavaScript text becomes in UTF-8. */
const BYTES_A_UNIT = 3;

/**
 * Writes `before` and the event's document as one line of JSON into `target` at `at`, and returns the end or -1 where it
 * does not fit. Where the record is the event itself its bytes are copied, not serialised anew; and since each write has a
 * price of its own, what stands before them is one.
 */
export function writeDocument(event: Event, before: string, target: Buffer, at: number): number {
  const { verbatim, document } = event;
  return verbatim === undefined
    ? writeText(before + wellFormed(JSON.stringify(document)), target, at)
    : writeSpliced(document, verbatim, before, target, at);
}

function writeSpliced(document: EcsDocument, verbatim: Verbatim, before: string, target: Buffer, at: number): number {
  const { bytes, annotationsAt } = verbatim;
  const head = before + headOf(document);
  const annotations = document.kubernetes?.audit['annotations'];
  const tail =
    annotations === undefined || annotations === null ? '}}}' : `,"annotations":${JSON.stringify(annotations)}}}}`;
  if ((head.length + tail.length) * BYTES_A_UNIT + annotationsAt > target.length - at) return -1;
  let end = at + target.write(head, at);
  end += bytes.copy(target, end, 0, annotationsAt);
  return end + target.write(tail, end);
}

/** Writes `text` at `at`, and returns the end or -1 where it does not fit. */
export function writeText(text: string, target: Buffer, at: number): number {
  const room = target.length - at;
  if (text.length * BYTES_A_UNIT > room && Buffer.byteLength(text) > room) return -1;
  return at + target.write(text, at);
}

/**
 * The document up to and with the opening of `kubernetes.audit`: the same fields in the same order as `JSON.stringify`
 * writes them, at a quarter of its time.
 */
function headOf(document: EcsDocument): string {
  const {
    data_stream: stream,
    event,
    user,
    user_agent: agent,
    source,
    client,
    related,
    process,
    network,
    url,
  } = document;
  let head = `{"@timestamp":"${document['@timestamp']}","ecs":{"version":"${document.ecs.version}"},"data_stream":{"type":"logs","dataset":"${stream.dataset}","namespace":"${stream.namespace}"},"event":{"id":"${event.id}","kind":"event","module":"kubernetes","dataset":"${event.dataset}","action":${quoted(event.action)},"type":["${event.type[0]}"],"outcome":"${event.outcome}"`;
  head += event.start === undefined ? '}' : `,"start":${quoted(event.start)}}`;
  if (user !== undefined) head += `,"user":${userText(user)}`;
  if (agent !== undefined) head += `,"user_agent":{"original":${quoted(agent.original)}}`;
  if (source !== undefined) head += `,"source":${sourceText(source)}`;
  if (client !== undefined) head += `,"client":{"ip":${listText(client.ip)}}`;
  if (network !== undefined) head += `,"network":{"forwarded_ip":${listText(network.forwarded_ip)}}`;
  if (url !== undefined) head += `,"url":{"path":${quoted(url.path)}}`;
  head += `,"orchestrator":${orchestratorText(document.orchestrator)}`;
  if (related !== undefined) head += `,"related":${relatedText(related)}`;
  if (process !== undefined) head += `,"process":${JSON.stringify(process)}`;
  return `${head},"keywarden":${keywardenText(document.keywarden)},"kubernetes":{"audit":`;
}

function userText({ name, id, effective }: NonNullable<EcsDocument['user']>): string {
  const members = `${member('name', name)}${member('id', id)}${effective === undefined ? '' : `,"effective":{"name":${quoted(effective.name)}}`}`;
  return `{${members.slice(1)}}`;
}

function sourceText(source: NonNullable<EcsDocument['source']>): string {
  const { ip, port, geo, as: system } = source;
  const isAddressAlone = ip !== undefined && port === undefined && geo === undefined && system === undefined;
  return isAddressAlone ? `{"ip":"${ip}"}` : JSON.stringify(source);
}

function orchestratorText(orchestrator: EcsDocument['orchestrator']): string {
  if (orchestrator === undefined) return '{}';
  const { cluster, namespace, api_version: version, resource } = orchestrator;
  let text = '{"type":"kubernetes"';
  if (cluster !== undefined) text += `,"cluster":{"name":${quoted(cluster.name)}}`;
  text += member('namespace', namespace) + member('api_version', version);
  if (resource === undefined) return `${text}}`;
  const members = member('type', resource.type) + member('name', resource.name) + member('group', resource.group);
  return `${text},"resource":{${members.slice(1)}}}`;
}

function relatedText({ ip, user }: NonNullable<EcsDocument['related']>): string {
  const members = `${ip === undefined ? '' : `,"ip":${listText(ip)}`}${user === undefined ? '' : `,"user":${listText(user)}`}`;
  return `{${members.slice(1)}}`;
}

function keywardenText(fields: EcsDocument['keywarden']): string {
  const { origin, envelope, missing, redacted, request, labels, filter } = fields;
  const isKnown = missing === undefined && redacted === undefined && envelope === undefined;
  const isPlain = isKnown && labels === undefined && filter === undefined;
  if (!isPlain || !('topic' in origin)) return JSON.stringify(fields);
  const item = origin.item === undefined ? '' : `,"item":${origin.item}`;
  const asked = request === undefined ? '' : `,"request":${JSON.stringify(request)}`;
  return `{"origin":{"topic":"${origin.topic}","partition":${origin.partition},"offset":${origin.offset}${item}}${asked}}`;
}

const member = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `,"${name}":${quoted(value)}`;

const listText = (values: readonly string[]): string =>
  values.length === 1 && values[0] !== undefined ? `[${quoted(values[0])}]` : JSON.stringify(values);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON has to escape.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

const quoted = (text: string): string => (NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`);

const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** `JSON.stringify` leaves only lone surrogates escaped like this, and Elasticsearch refuses them. */
export const wellFormed = (json: string): string =>
  json.includes('\\ud') ? json.replace(LONE_SURROGATE, '$1\\ufffd') : json;
