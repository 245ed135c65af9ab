import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../local/process.ts';

/** Where the PEM files of a name are: `server`, `root`, `keywarden`, and `stranger`, whose authority nobody trusts. */
export type Pki = {
  readonly ca: string;
  readonly cert: (name: string) => string;
  readonly key: (name: string) => string;
};

const NAMES = ['server', 'root', 'keywarden'] as const;
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const EXTENSIONS = 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n';

/** Makes an authority and certificates for one test run, by openssl. */
export async function makePki(folder: string): Promise<Pki> {
  mkdirSync(folder, { recursive: true });
  const path = (file: string): string => join(folder, file);
  writeFileSync(path('extensions'), EXTENSIONS);
  for (const authority of ['ca', 'other-ca']) {
    const out = ['-keyout', path(`${authority}.key`), '-out', path(`${authority}.crt`)];
    await run('openssl', ['req', '-x509', ...CURVE, ...out, '-subj', `/CN=${authority}`, '-days', '2']);
  }
  const issue = async (name: string, authority: string): Promise<void> => {
    const request = ['-keyout', path(`${name}.key`), '-out', path(`${name}.csr`), '-subj', `/CN=${name}`];
    await run('openssl', ['req', ...CURVE, ...request]);
    const by = ['-CA', path(`${authority}.crt`), '-CAkey', path(`${authority}.key`), '-CAcreateserial', '-days', '2'];
    const files = ['-in', path(`${name}.csr`), '-out', path(`${name}.crt`), '-extfile', path('extensions')];
    await run('openssl', ['x509', '-req', ...files, ...by]);
  };
  for (const name of NAMES) await issue(name, 'ca');
  await issue('stranger', 'other-ca');
  return { ca: path('ca.crt'), cert: name => path(`${name}.crt`), key: name => path(`${name}.key`) };
}
