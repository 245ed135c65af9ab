import { readFileSync } from 'node:fs';

const SAMPLE = new URL('../../deploy/sample/kube-apiserver-audit.jsonl', import.meta.url);
const ID_DIGITS = 8;

/** The recorded audit events again and again, each time with audit ids of their own. */
export function* auditLines(count: number): Generator<string> {
  const lines = readFileSync(SAMPLE, 'utf8').trimEnd().split('\n');
  for (let n = 0; n < count; n += 1) {
    const line = lines[n % lines.length] ?? '';
    const round = Math.floor(n / lines.length)
      .toString(16)
      .padStart(ID_DIGITS, '0');
    yield line.replace(/"auditID":"[\da-f]{8}/, `"auditID":"${round}`);
  }
}
