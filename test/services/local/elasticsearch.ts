import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from '../service.ts';
import { cached } from './cache.ts';
import { serve } from './control.ts';
import { isInstalled, javaHome } from './java.ts';
import { freePort, run, say, start } from './process.ts';

const NEWEST = '9.4.3';
const MIN_JAVA = 21;
const POM = join(import.meta.dirname, 'elasticsearch.pom.xml');
const READY_MS = 120_000;
/** Elasticsearch refuses to run as root. */
const NOBODY = 65_534;

/** One node of the small distribution that Elasticsearch publishes for integration tests, from Maven Central; or what is missing. */
export async function localElasticsearch(version: string = NEWEST): Promise<Service | string> {
  const home = javaHome(MIN_JAVA);
  if (home === undefined) return `Elasticsearch needs Docker or Java ${MIN_JAVA} (set ES_JAVA_HOME)`;
  if (!isInstalled('mvn')) return 'Elasticsearch needs Docker or Maven';
  const distribution = await cached(`elasticsearch-${version}`, folder => unpack(folder, version));
  const data = mkdtempSync(join(tmpdir(), 'keywarden-elasticsearch-'));
  const [http, transport] = [await freePort(), await freePort()];
  configure(distribution, data, http, transport);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) giveAway(data);
  const binary = join(distribution, 'bin', 'elasticsearch');
  const [command = binary, ...args] = asRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', binary]
    : [binary];
  const env = {
    PATH: process.env['PATH'],
    HOME: data,
    ES_JAVA_HOME: home,
    ES_PATH_CONF: join(data, 'config'),
    ES_TMPDIR: join(data, 'tmp'),
    CLI_JAVA_OPTS: `-Djava.io.tmpdir=${join(data, 'tmp')}`,
  };
  const address = `http://127.0.0.1:${http}`;
  return serve({
    name: 'Elasticsearch',
    address,
    launch: () => start(command, args, env),
    probe: () => probe(address),
    readyMs: READY_MS,
    cleanUp: () => rmSync(data, { recursive: true, force: true }),
  });
}

async function unpack(folder: string, version: string): Promise<void> {
  say(`Elasticsearch ${version}: fetching from Maven Central, once (124 MB)`);
  await run('mvn', ['-q', '-B', '-ntp', '-f', POM, `-Des.out=${folder}`, `-Des.version=${version}`, 'package']);
  const home = join(folder, `elasticsearch-${version}`);
  for (const entry of readdirSync(home)) cpSync(join(home, entry), join(folder, entry), { recursive: true });
  rmSync(home, { recursive: true });
  for (const name of ['plugins', 'logs']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of readdirSync(join(folder, 'bin'))) chmodSync(join(folder, 'bin', name), 0o755);
  await run('chmod', ['-R', 'a+rX', folder]);
}

function configure(distribution: string, data: string, http: number, transport: number): void {
  for (const name of ['config/jvm.options.d', 'data', 'logs', 'tmp']) mkdirSync(join(data, name), { recursive: true });
  // Version 8 would write its garbage collector's log into the distribution, which is not its user's.
  const options = readFileSync(join(distribution, 'config', 'jvm.options'), 'utf8').replace(/^-Xlog.*$/gm, '');
  writeFileSync(join(data, 'config', 'jvm.options'), options);
  const heap = process.env['ES_HEAP'] ?? '1g';
  writeFileSync(join(data, 'config/jvm.options.d/test.options'), `-Xms${heap}\n-Xmx${heap}\n`);
  const log4j = join(distribution, 'config', 'log4j2.properties');
  if (existsSync(log4j)) cpSync(log4j, join(data, 'config', 'log4j2.properties'));
  writeFileSync(
    join(data, 'config/elasticsearch.yml'),
    `cluster.name: keywarden-tests
node.name: n1
network.host: 127.0.0.1
http.port: ${http}
transport.port: ${transport}
discovery.type: single-node
path.data: ${join(data, 'data')}
path.logs: ${join(data, 'logs')}
cluster.routing.allocation.disk.threshold_enabled: false
xpack.security.autoconfiguration.enabled: false
xpack.security.enabled: false
`,
  );
}

function giveAway(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), NOBODY, NOBODY);
}

/** This distribution answers 405 at `/`, so its health is asked. */
async function probe(address: string): Promise<void> {
  const answer = await fetch(`${address}/_cluster/health?wait_for_status=yellow&timeout=1s`);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
}
