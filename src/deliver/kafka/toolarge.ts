const TOO_LARGE: ReadonlySet<unknown> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Whether a broker refused a request for its size alone (`max.message.bytes`, which counts a whole batch). */
export const isTooLarge = (error: unknown): boolean =>
  // kafkajs exports its errors as types alone.
  error instanceof Error && TOO_LARGE.has((error as { readonly type?: unknown }).type);
