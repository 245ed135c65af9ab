import { EXPLAINED } from './explained.ts';
import { modifierPack } from './modifiers.ts';
import { type Pack, shippedPacks } from './packs.ts';
import { buildRsigma, runRsigma } from './rsigma.ts';

/**
 * Runs rsigma, the closest open rival, over the same rules and events, and prints where the two agree, why they do not, and
 * what evaluating takes both. Exit code 1 where a difference has no explanation, 0 where there is nothing to run.
 */
const PASSES = 5;

const missing = buildRsigma();
if (missing === undefined) await compareAll();
else say(`skipped: ${missing}`);

async function compareAll(): Promise<void> {
  let unexplained = 0;
  for (const pack of [modifierPack(), ...shippedPacks()]) unexplained += await compare(pack);
  say(unexplained === 0 ? 'every difference is explained' : `${unexplained} differences are not explained`);
  process.exitCode = unexplained === 0 ? 0 : 1;
}

async function compare(pack: Pack): Promise<number> {
  const peer = await runRsigma(pack.rules, pack.events, PASSES);
  const differences = pack.rules.flatMap(rule => differencesOf(rule, pack.found, peer.found));
  const same = [...pack.found].reduce((sum, [id, lines]) => sum + common(lines, peer.found.get(id) ?? []).length, 0);
  say(`${pack.name}: ${pack.rules.length} rules, ${pack.events.length} events, ${same} hits of both`);
  for (const { rule, fault } of peer.faults) say(`  rsigma cannot use ${rule ?? 'a document'}: ${fault}`);
  for (const { reason, count } of grouped(differences)) say(`  ${count} × ${reason}`);
  for (const { rule, text } of differences.filter(({ reason }) => reason === undefined))
    say(`  NOT EXPLAINED ${rule}: ${text}`);
  say(
    `  Keywarden ${(timeOf(pack) / pack.events.length).toFixed(2)} µs an event, JavaScript, events normalised and parsed`,
  );
  say(`  rsigma ${peer.evaluateMicros.toFixed(2)} µs an event, Rust, events parsed, with its list of matched fields`);
  return differences.filter(({ reason }) => reason === undefined).length;
}

type Lines = ReadonlyMap<string, readonly number[]>;
type Found = {
  readonly rule: string;
  readonly reason: string | undefined;
  readonly count: number;
  readonly text: string;
};

function differencesOf(rule: string, own: Lines, theirs: Lines): readonly Found[] {
  const id = /^id: (\S+)$/m.exec(rule)?.[1] ?? '';
  const [ours, peers] = [own.get(id) ?? [], theirs.get(id) ?? []];
  return (['keywarden', 'rsigma'] as const).flatMap(more => {
    const lines = more === 'keywarden' ? beyond(ours, peers) : beyond(peers, ours);
    if (lines.length === 0) return [];
    const known = EXPLAINED.find(one => one.more === more && one.construct.test(rule));
    const reason = known && `only ${more}: ${known.why} (${known.section})`;
    return [{ rule: id, reason, count: lines.length, text: `only ${more}, events ${lines.slice(0, 5).join(', ')}` }];
  });
}

function common(some: readonly number[], others: readonly number[]): readonly number[] {
  const known = new Set(others);
  return some.filter(line => known.has(line));
}

function beyond(some: readonly number[], others: readonly number[]): readonly number[] {
  const known = new Set(others);
  return some.filter(line => !known.has(line));
}

function grouped(differences: readonly Found[]): readonly { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { reason, count } of differences) {
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** Microseconds for all events once, after as many passes to warm up. */
function timeOf({ evaluate }: Pack): number {
  for (let pass = 0; pass < PASSES; pass += 1) evaluate();
  const started = performance.now();
  for (let pass = 0; pass < PASSES; pass += 1) evaluate();
  return ((performance.now() - started) * 1_000) / PASSES;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
