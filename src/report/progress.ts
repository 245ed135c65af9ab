const WIDTH = 30;
const EVERY_MS = 100;

/** A progress bar on one line of a terminal. */
export type ProgressBar = { readonly update: (done: number) => void; readonly end: () => void };

const SILENT: ProgressBar = { update: () => {}, end: () => {} };

type Terminal = { readonly isTTY?: boolean; readonly write: (text: string) => unknown };

/** Draws on `terminal` if it is one, else nothing. `total` undefined (standard input) shows only how much was read; `size` says how an amount is written. */
export function progressBar(
  terminal: Terminal,
  total: number | undefined,
  now: () => number,
  size: (amount: number) => string = sizeOfBytes,
): ProgressBar {
  if (terminal.isTTY !== true) return SILENT;
  let drawn = -EVERY_MS;
  return {
    update: done => {
      if (now() - drawn < EVERY_MS) return;
      drawn = now();
      terminal.write(`\r${total === undefined || total === 0 ? size(done) : bar(done / total, size(total))}\u001b[K`);
    },
    end: () => void terminal.write('\r\u001b[K'),
  };
}

function bar(share: number, total: string): string {
  const part = Math.min(1, share);
  const filled = Math.round(part * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(part * 100)).padStart(3)} % of ${total}`;
}

const sizeOfBytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
