import { digest } from '../../model/identity.ts';
import { instant } from '../time.ts';
import { nanoseconds } from './duration.ts';
import { countOf, type Line, type Reading, textOf } from './reading.ts';
import { agreedName, type Witness, Witnesses } from './witnesses.ts';

/** A clock that goes back by more (µs) is another clock; lines of one log are out of order by a few milliseconds at most. */
const MAX_DISORDER = 100_000;
/** How long (µs) intervals tell nothing after a request came without the name that it should have had. */
const DOUBT = 3_600_000_000;
/** The longest time (µs) of a request whose success is not known, such as one that ran into a time-out before it was checked. */
const MAX_UNSURE = 1_000_000;
/** An apply line of such an expected duration (ns) is written for every request. */
const EVERY_REQUEST = 1_000;
const MAX_NAME_LENGTH = 1_024;
const GATEWAY = 'ignoring common name in gRPC-gateway proxy request';
/** Where etcd drops lines of these, a name may be missing. */
const WITNESSES: ReadonlySet<string> = new Set([
  'found command name',
  'found common name',
  'apply request took too long',
  GATEWAY,
]);
const ANY = '';

/**
 * Joins the requests of one etcd's log with the names of its clients. It looks back only: etcd writes a request's names
 * before its `request stats`. A name is given where nobody else's can be meant, else the request stays without.
 */
export class Identity {
  readonly #named = new Witnesses();
  readonly #applied = new Witnesses();
  #newest = Number.NEGATIVE_INFINITY;
  #doubtUntil = Number.NEGATIVE_INFINITY;
  /** Whether there may be clients that bear no name: with a password's token, or on a listener without TLS. */
  #tokens: 'unknown' | 'none' | 'issued' = 'unknown';
  #authentication = true;
  #plaintext = false;

  /** Reads the log's next line, written at `at`, and says whose request it is if it is one and that is known. */
  read(line: Line, reading: Reading, at: number): string | undefined {
    if (at < this.#newest - MAX_DISORDER || this.#newest < 0) {
      this.forget(at);
      this.#newest = at;
    }
    this.#newest = Math.max(this.#newest, at);
    if (reading.etcd.line === 'request') return this.#nameOf(line, reading, at);
    this.#note(line, reading, at);
    return undefined;
  }

  /** Begins anew at `since`: after lines that were not read. */
  forget(since: number): void {
    this.#named.forget(since);
    this.#applied.forget(since);
  }

  /** Some lines of this message are missing before `since`. */
  miss(since: number, message: string): void {
    if (!WITNESSES.has(message)) return;
    this.#named.miss(since);
    this.#applied.miss(since);
  }

  #note(line: Line, reading: Reading, at: number): void {
    switch (reading.action) {
      case 'client_identified':
        this.#named.add({ at, name: nameOf(reading), key: ANY });
        // Users exist from revision 2 on, and tokens are made for users.
        if (countOf(line, 'revision') === 1 && this.#tokens === 'unknown') this.#tokens = 'none';
        break;
      case 'apply': {
        const key = appliedKey(line, reading);
        if (key !== undefined) this.#applied.add({ at, name: nameOf(reading), key });
        break;
      }
      case 'user_authenticated':
        this.#tokens = 'issued';
        break;
      case 'auth_enabled':
      case 'auth_disabled':
        this.#authentication = reading.action === 'auth_enabled';
        break;
      case 'client_tls_missing':
        this.#plaintext = true;
        break;
      case 'server_settings':
        this.forget(at);
        this.#tokens = 'unknown';
        this.#authentication = true;
        this.#plaintext = false;
        break;
      default:
        if (line['msg'] === GATEWAY) this.#named.add({ at, name: undefined, key: ANY });
    }
  }

  #nameOf(line: Line, reading: Reading, at: number): string | undefined {
    const start = instant(reading.start);
    if (start === undefined || start > at) return undefined;
    return this.#byContent(line, reading, start) ?? this.#byInterval(reading, start, at);
  }

  #byContent(line: Line, reading: Reading, start: number): string | undefined {
    const key = requestKey(line, reading);
    if (key === undefined) return undefined;
    const witnesses = this.#applied.from(start, key);
    // The method alone may be another's as well.
    if (!hasContent(reading) && (witnesses.length > 1 || !this.#applied.knows(start))) return undefined;
    return agreedName(witnesses);
  }

  #byInterval(reading: Reading, start: number, at: number): string | undefined {
    if (!isChecked(reading) || !this.#named.knows(start)) return undefined;
    const witnesses = this.#named.from(start, ANY);
    // A request that failed may have done so before etcd looked at its certificate.
    const sure = (reading.etcd.response?.size ?? 0) > 0;
    if (sure && witnesses.every(({ used }) => used)) this.#doubtUntil = at + DOUBT;
    if (at < this.#doubtUntil || this.#plaintext || (this.#tokens !== 'none' && this.#authentication)) return undefined;
    if (!sure && (witnesses.length > 1 || at - start > MAX_UNSURE)) return undefined;
    return agreedName(witnesses);
  }
}

/** What an empty certificate or a very long one says counts as no name. */
function nameOf({ user }: Reading): Witness['name'] {
  return user === undefined || user === '' || user.length > MAX_NAME_LENGTH ? undefined : user;
}

/** The calls that look at the client's name in every version from 3.4 to 3.6. Source: etcd server/etcdserver/v3_server.go and api/v3rpc. */
const CHECKED: Readonly<Record<string, RegExp>> = {
  KV: /^(?:Range|Put|DeleteRange|Txn|Compact)$/,
  Lease: /^Lease(?:Grant|Revoke)$/,
  Auth: /^(?:Auth(?:Enable|Disable)|User\w+|Role\w+)$/,
  Cluster: /^Member(?:Add|Remove|Update|Promote)$/,
  Maintenance: /^(?:Alarm|Defragment|Hash|HashKV|MoveLeader|Downgrade)$/,
};

function isChecked({ etcd: { rpc } }: Reading): boolean {
  return rpc !== undefined && Object.hasOwn(CHECKED, rpc.service) && CHECKED[rpc.service]?.test(rpc.method) === true;
}

/** The calls whose content stands in `request stats` and in the apply line alike. */
const WITH_CONTENT: ReadonlySet<string> = new Set(['Put', 'DeleteRange', 'Txn']);

const hasContent = ({ etcd: { rpc } }: Reading): boolean => rpc !== undefined && WITH_CONTENT.has(rpc.method);

function requestKey(line: Line, reading: Reading): string | undefined {
  const method = reading.etcd.rpc?.method;
  if (method === undefined || method === 'Range') return undefined;
  const content = (textOf(line, 'request content') ?? '').trim();
  return hasContent(reading) === (content !== '') ? keyOf(method, content) : undefined;
}

/** A header with its user, and the name of the entry. Source: etcd api/v3 raft_internal.proto, as gogo/protobuf prints it. */
const HEADER = /^header:<ID:\d+ (?:username:"(?:[^"\\]|\\.){0,1024}" )?(?:auth_revision:\d+ )?> ?\w+:</;

/** Undefined for what did not go through raft, and for a line that tells of some requests only and not which. */
function appliedKey(line: Line, reading: Reading): string | undefined {
  const method = reading.etcd.rpc?.method;
  const text = textOf(line, 'request') ?? '';
  const header = HEADER.exec(text)?.[0];
  if (method === undefined || header === undefined) return undefined;
  if (hasContent(reading)) return keyOf(method, text.slice(header.length, text.lastIndexOf('>')).trim());
  return (nanoseconds(line['expected-duration']) ?? Infinity) <= EVERY_REQUEST ? keyOf(method, '') : undefined;
}

/** A digest, since a transaction may be long and a part of a text keeps all of it in memory. */
const keyOf = (method: string, content: string): string => digest(`${method}\0${content}`);
