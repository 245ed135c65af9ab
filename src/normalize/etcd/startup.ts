import type { EtcdServer } from '../../model/event.ts';
import { safeCommand } from '../redact/command.ts';
import { INFO, type Line, type Reader, type Reading, textOf, textsOf } from './reading.ts';

const FLAG = /^--?([\w-]+)(?:=(.*))?$/s;

/** `Running: `: the command line of the server. Flags of the environment or of a file are not in it. */
function readArguments(line: Line): Reading {
  const args = textsOf(line, 'args') ?? [];
  const flags = flagsOf(args);
  const urls = (name: string): readonly string[] | undefined => flags.get(name)?.split(',');
  return startup(
    'server_started',
    {
      listen_client_urls: urls('listen-client-urls'),
      listen_peer_urls: urls('listen-peer-urls'),
      listen_metrics_urls: urls('listen-metrics-urls'),
      client_cert_auth: truth(flags.get('client-cert-auth')),
      trusted_ca: flags.has('trusted-ca-file') ? flags.get('trusted-ca-file') !== '' : undefined,
      force_new_cluster: truth(flags.get('force-new-cluster')),
      enable_v2: truth(flags.get('enable-v2')),
      enable_pprof: truth(flags.get('enable-pprof')),
      log_level: flags.get('log-level'),
    },
    safeArguments(args),
  );
}

/** Flags whose names sound like a secret's and whose values rules need: how tokens are made, and the cluster's name. */
const PUBLIC = /^--?(?:auth-token(?:-ttl)?|initial-cluster-token)(?:=|$)/;
const PUBLIC_ALONE = /^--?(?:auth-token(?:-ttl)?|initial-cluster-token)$/;

function safeArguments(args: readonly string[]): readonly string[] {
  const safe = safeCommand(args);
  if (safe === args) return args;
  return args.map((arg, i) => (PUBLIC.test(arg) || PUBLIC_ALONE.test(args[i - 1] ?? '') ? arg : (safe[i] ?? '')));
}

/** `starting an etcd server`: the settings in force, wherever they come from. */
const readSettings = (line: Line): Reading =>
  startup('server_settings', {
    version: textOf(line, 'etcd-version'),
    listen_client_urls: textsOf(line, 'listen-client-urls'),
    listen_peer_urls: textsOf(line, 'listen-peer-urls'),
    listen_metrics_urls: textsOf(line, 'listen-metrics-urls'),
    force_new_cluster: typeof line['force-new-cluster'] === 'boolean' ? line['force-new-cluster'] : undefined,
  });

const TLS_SETTING = /(?:^|, )([\w-]+) ?= ?([^,]*)/g;

/** `starting with client TLS`: how clients are authenticated. */
function readClientTls(line: Line): Reading {
  const { certAuth, ca } = tlsOf(line);
  return startup('client_tls_started', { client_tls: true, client_cert_auth: certAuth, trusted_ca: ca });
}

/** `starting with peer TLS`: how the other members are. */
function readPeerTls(line: Line): Reading {
  const { certAuth, ca } = tlsOf(line);
  return startup('peer_tls_started', { peer_cert_auth: certAuth, peer_trusted_ca: ca });
}

function tlsOf(line: Line): { readonly certAuth: boolean | undefined; readonly ca: boolean | undefined } {
  const settings = new Map(
    [...(textOf(line, 'tls-info') ?? '').matchAll(TLS_SETTING)].map(([, name, value]) => [name, value?.trim()]),
  );
  const ca = settings.get('trusted-ca');
  return { certAuth: truth(settings.get('client-cert-auth')), ca: ca === undefined ? undefined : ca !== '' };
}

/** `serving client traffic insecurely`: a listener that anybody can use and read along. */
const readNoTls = (): Reading => startup('client_tls_missing', { client_tls: false });

/** What is on whatever switched it on: a flag, the environment or a file. */
const readPprof = (): Reading => startup('pprof_enabled', { enable_pprof: true });
const readV2 = (): Reading => startup('v2_enabled', { enable_v2: true });

const startup = (action: string, server: EtcdServer, args?: readonly string[]): Reading => ({
  action,
  type: INFO,
  outcome: 'success',
  args,
  etcd: { line: 'startup', server },
});

/** `--a b`, `--a=b`, and `--a` alone, which is true. */
function flagsOf(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const [i, arg] of args.entries()) {
    const [, name, value] = FLAG.exec(arg) ?? [];
    if (name === undefined) continue;
    const next = args[i + 1];
    flags.set(name, value ?? (next === undefined || next.startsWith('-') ? 'true' : next));
  }
  return flags;
}

const truth = (text: string | undefined): boolean | undefined => (text === undefined ? undefined : text === 'true');

export const STARTUP_READERS: Readonly<Record<string, Reader>> = {
  'Running: ': readArguments,
  'starting an etcd server': readSettings,
  'starting with client TLS': readClientTls,
  'starting with peer TLS': readPeerTls,
  'serving client traffic insecurely; this is strongly discouraged!': readNoTls,
  'pprof is enabled': readPprof,
  'Flag `enable-v2` is deprecated and will get removed in etcd 3.6.': readV2,
};

/** Messages that go on with an address of their own. */
export const STARTUP_BEGINNINGS: Readonly<Record<string, Reader>> = {
  'serving client traffic insecurely': readNoTls,
};
