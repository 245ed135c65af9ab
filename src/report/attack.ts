import type { Layer } from './navigator.ts';

/** The techniques of a layer for a terminal, most rules first. */
export function attackTable({ versions, techniques }: Layer, untagged: number): string {
  const rows = [...techniques]
    .sort((a, b) => b.score - a.score || (a.techniqueID < b.techniqueID ? -1 : 1))
    .map(
      ({ techniqueID, score }) =>
        `  ${techniqueID.padEnd(10)} ${String(score).padStart(3)} ${score === 1 ? 'rule' : 'rules'}`,
    );
  const left = untagged === 0 ? '' : `; ${untagged} ${untagged === 1 ? 'rule names' : 'rules name'} none`;
  return `MITRE ATT&CK v${versions.attack}: ${techniques.length} techniques${left}\n${columns(rows)}`;
}

const COLUMNS = 4;
const COLUMN_WIDTH = 24;

/** Down, then across. */
function columns(cells: readonly string[]): string {
  const height = Math.ceil(cells.length / COLUMNS);
  const lines = Array.from({ length: height }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => (cells[column * height + row] ?? '').padEnd(COLUMN_WIDTH))
      .join('')
      .trimEnd(),
  );
  return lines.map(line => `${line}\n`).join('');
}
