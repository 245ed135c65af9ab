/** The first releases that answer a request for progress in the order of the watch. Source: etcd issue 15220. */
const FIXED: Readonly<Record<string, number>> = { '3.4': 25, '3.5': 8 };

/** Whether this release of etcd may claim progress before it has sent the revisions that belong to it. */
export function claimsTooEarly(version: string): boolean {
  const [, line = '', patch] = /^(\d+\.\d+)\.(\d+)/.exec(version) ?? [];
  const fixed = FIXED[line];
  return fixed !== undefined && Number(patch) < fixed;
}
