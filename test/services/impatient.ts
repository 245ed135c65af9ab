import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHIPPED_RULES } from '../../src/pipeline/rules.ts';

/** The shipped rules, but that explanations are waited for only so long. Returns their folder. */
export function impatientRules(wait: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-rules-'));
  cpSync(SHIPPED_RULES, folder, { recursive: true });
  const etcd = join(folder, 'etcd');
  for (const file of readdirSync(etcd)) {
    const path = join(etcd, file);
    const text = readFileSync(path, 'utf8');
    if (/^ {4}wait: 60s$/m.test(text)) writeFileSync(path, text.replace(/^ {4}wait: 60s$/m, `    wait: ${wait}`));
  }
  return folder;
}
