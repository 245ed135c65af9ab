import { isIP } from 'node:net';

/** Addresses recur in every event, so each is checked once; the set is emptied when an attacker fills it. */
const MAX_KNOWN = 10_000;
const known = new Set<string>();

/** Whether Elasticsearch's `ip` type takes the text. */
export function isAddress(text: string): boolean {
  if (known.has(text)) return true;
  if (isIP(text) === 0 || text.includes('%')) return false;
  if (known.size >= MAX_KNOWN) known.clear();
  known.add(text);
  return true;
}
