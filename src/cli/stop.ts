/** A signal that is aborted by the first SIGTERM or SIGINT; another of the same kind ends the process at once. */
export function stopSignal(onStop: (signal: NodeJS.Signals) => void = () => {}): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      onStop(signal);
      stop.abort(new Error(signal));
    });
  }
  return stop.signal;
}
