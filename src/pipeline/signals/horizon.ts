/** How far findings of one cluster are in the index, and how far back whatever still waits began; milliseconds since 1970. */
export type Told = { readonly upTo: number; readonly waitsSince: number };

/** What the commit of a signals partition says besides its offset: by cluster, how far findings are told. */
export type Horizon = {
  readonly clusters: ReadonlyMap<string, Told>;
  /** For clusters that are not named. */
  readonly others: Told;
  /** All matches of rules of one event below this offset are taken in. */
  readonly takenBelow?: number | undefined;
};

const VERSION = 1;
/** A broker takes 4096 bytes by default (`offset.metadata.max.bytes`). */
const MAX_LENGTH = 3_500;
const NOTHING: Told = { upTo: Number.NEGATIVE_INFINITY, waitsSince: Number.NEGATIVE_INFINITY };
export const NO_HORIZON: Horizon = { clusters: new Map(), others: NOTHING };

export const toldOf = ({ clusters, others }: Horizon, cluster: string): Told => clusters.get(cluster) ?? others;

/** What waits for its explanation, or for sight, may be told for so long after its time. */
const MAX_WAIT_MS = 86_400_000;

/** The time of the first signal, in milliseconds since 1970, whose findings may be told and may be told already. */
export function earliestOf({ clusters, others }: Horizon): number {
  const told = [...clusters.values(), ...(clusters.size === 0 ? [others] : [])];
  return Math.max(0, Math.min(...told.map(({ upTo, waitsSince }) => Math.min(upTo, waitsSince))) - MAX_WAIT_MS);
}

/** The horizon as text. Where there are too many clusters only the earliest of all is kept: the index knows the rest. */
export function writeHorizon({ clusters, others, takenBelow }: Horizon): string {
  const named = [...clusters].filter(([, told]) => isKnown(told));
  const rest = isKnown(others) ? { others: pairOf(others) } : {};
  const pairsOf = named.map(([name, told]) => [name, ...pairOf(told)]);
  const all = JSON.stringify({ v: VERSION, clusters: pairsOf, ...rest, takenBelow });
  if (Buffer.byteLength(all) <= MAX_LENGTH) return all;
  // Of one of which nothing was told yet all is to come.
  if (named.length < clusters.size) return JSON.stringify({ v: VERSION, clusters: [], takenBelow });
  const pairs = named.map(([, told]) => pairOf(told));
  const earliest = [0, 1].map(at => pairs.reduce((least, pair) => Math.min(least, pair[at] ?? 0), Infinity));
  return JSON.stringify({ v: VERSION, clusters: [], others: earliest, takenBelow });
}

const isKnown = ({ upTo, waitsSince }: Told): boolean => Number.isFinite(upTo) && Number.isFinite(waitsSince);

const pairOf = ({ upTo, waitsSince }: Told): readonly number[] => [upTo, waitsSince];

/** What a commit before has said; nothing where it is not ours or of another version. */
export function readHorizon(text: string | null | undefined): Horizon {
  try {
    const { v, clusters, others, takenBelow } = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
    if (v !== VERSION || !Array.isArray(clusters)) return NO_HORIZON;
    const named = clusters.flatMap(entry => (Array.isArray(entry) ? [[String(entry[0]), told(entry.slice(1))]] : []));
    return {
      clusters: new Map(named as [string, Told][]),
      others: told(others),
      takenBelow: typeof takenBelow === 'number' ? takenBelow : undefined,
    };
  } catch {
    return NO_HORIZON;
  }
}

function told(pair: unknown): Told {
  if (!Array.isArray(pair)) return NOTHING;
  const [upTo, waitsSince] = pair as readonly unknown[];
  return typeof upTo === 'number' && typeof waitsSince === 'number' ? { upTo, waitsSince } : NOTHING;
}
