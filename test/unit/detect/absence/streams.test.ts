import { expect, test } from '@jest/globals';
import { absence } from '../../../../src/detect/absence/absence.ts';
import { Baseline } from '../../../../src/detect/state/baseline.ts';
import { Clocks } from '../../../../src/detect/state/clock.ts';
import { StageTwo } from '../../../../src/detect/state/stage-two.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import { NAMED, programOf, request, UNNAMED, unnamed, write } from './support.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A producer that brings nothing for so long is idle. */
const IDLE_AFTER = 5 * SECOND;
const LATENESS = 2 * SECOND;

const program = programOf([NAMED, UNNAMED], { waitMs: 10 * SECOND });
const LIMITS = { signals: 100_000, groups: 100_000 };

type Producer = 'etcd' | 'api-1' | 'api-2';
/** A signal, who tells of it, and when it can be read. */
type Delivery = { readonly signal: Signal; readonly producer: Producer; readonly arrives: number };

/** What is found and told until `end`, a second of our clock after the other. */
function played(deliveries: readonly Delivery[], end: number): { readonly found: string[]; readonly told: string[] } {
  const found: string[] = [];
  const told: string[] = [];
  const stage = new StageTwo(
    [program],
    { evaluatorOf: () => absence(program, LIMITS, new Baseline(10)), waiting: 1e6, remembered: 1e6 },
    {
      found: ({ maker }) => found.push(maker.id),
      blind: ({ reason, to, judged, notJudged }) =>
        told.push(`${reason}${to === undefined ? '' : `, over: ${judged} judged, ${notJudged} not`}`),
    },
  );
  const clocks = new Clocks(LATENESS);
  for (const producer of ['etcd', 'api-1', 'api-2']) clocks.expect(producer);
  const heard = new Map<Producer, number>();
  const queue = [...deliveries].sort((a, b) => a.arrives - b.arrives);
  let next = 0;
  for (let now = 0; now <= end; now += SECOND) {
    for (let one = queue[next]; one !== undefined && one.arrives <= now; one = queue[next]) {
      const { signal, producer } = one;
      const dataset = producer === 'etcd' ? 'etcd.audit_logs' : 'kubernetes.audit_logs';
      clocks.reach({ producer, cluster: 'c', dataset, reached: signal.at }, now);
      heard.set(producer, now);
      stage.take({ ...signal, program: program.rule.id });
      next += 1;
    }
    for (const [producer, last] of heard) if (now - last >= IDLE_AFTER) clocks.idle(producer, now);
    stage.advance('c', clocks.of('c'));
  }
  return { found: found.sort(), told };
}

const named = (i: number) => ({ ns: 'dev', name: `n${i}` });

/** Legitimate writes, twenty a second: each with its request, of either API server; every fourth by a name that is not told. */
function traffic(seconds: number): Delivery[] {
  return Array.from({ length: seconds * 20 }, (_, i): Delivery[] => {
    const at = i * 50;
    const producer = i % 2 === 0 ? 'api-1' : 'api-2';
    const from = { from: at - 20 };
    const made =
      i % 4 === 0
        ? unnamed(`r${i}`, at + 5, { ns: 'dev', generate: 'n' }, from)
        : request(`r${i}`, at + 5, named(i), from);
    return [
      { signal: write(`w${i}`, at, named(i)), producer: 'etcd', arrives: at },
      { signal: made, producer, arrives: at },
    ];
  }).flat();
}

const intruder = (id: string, at: number): Delivery => ({
  signal: write(id, at, { ns: 'dev', name: id }),
  producer: 'etcd',
  arrives: at,
});

const delayed = (deliveries: readonly Delivery[], producer: Producer, arrives: (at: number) => number): Delivery[] =>
  deliveries.map(one => (one.producer === producer ? { ...one, arrives: arrives(one.signal.at) } : one));

test('thousands of writes have their requests, an intruder’s have none', () => {
  const deliveries = [...traffic(300), intruder('x1', 100_010), intruder('x2', 200_010)];
  expect(played(deliveries, 6 * MINUTE)).toEqual({ found: ['x1', 'x2'], told: [] });
});

test('in the midst of creations without a name those writes are found that lie in none of them', () => {
  const shadowed = [intruder('n-x', 150_010), intruder('n-y', 150_020)];
  expect(played([...traffic(300), ...shadowed], 6 * MINUTE)).toEqual({ found: ['n-x', 'n-y'], told: [] });
});

test('one of two API servers lags by a minute: the same', () => {
  const deliveries = [...traffic(300), intruder('x1', 100_010), intruder('x2', 200_010)];
  const lagging = delayed(deliveries, 'api-2', at => at + MINUTE);
  expect(played(lagging, 6.5 * MINUTE)).toEqual({ found: ['x1', 'x2'], told: [] });
});

test('the stream of one stands still and returns with its backlog: blind, and then judged', () => {
  const deliveries = [...traffic(1_000), intruder('x1', 500_010)];
  const back = delayed(deliveries, 'api-2', at => (at > 5 * MINUTE ? Math.max(at, 15 * MINUTE) : at));
  const { found, told } = played(back, 18 * MINUTE);
  expect(found).toEqual(['x1']);
  expect(told).toEqual(['silent', expect.stringMatching(/^silent, over: \d+ judged, 0 not$/)]);
});

test('it never returns: told once, and nothing is found', () => {
  const deliveries = [...traffic(600), intruder('x1', 500_010)];
  const gone = deliveries.filter(({ producer, signal }) => producer !== 'api-2' || signal.at < 5 * MINUTE);
  expect(played(gone, 20 * MINUTE)).toEqual({ found: [], told: ['silent'] });
});

test('the collector is down for ten minutes: what it tells then stands for all of that time', () => {
  const requests = traffic(900).filter(({ producer }) => producer !== 'etcd');
  const [down, up] = [2 * MINUTE, 12 * MINUTE];
  const writes = traffic(900)
    .filter(({ producer }) => producer === 'etcd')
    .map(({ signal, producer }) =>
      signal.at < down || signal.at > up
        ? { signal, producer, arrives: signal.at }
        : { signal: { ...signal, at: up, from: down, to: up }, producer, arrives: up },
    );
  const caught = { ...intruder('x1', up), signal: write('x1', up, { ns: 'dev', name: 'x1' }, { from: down }) };
  expect(played([...requests, ...writes, caught, intruder('x2', 13 * MINUTE)], 16 * MINUTE)).toEqual({
    found: ['x1', 'x2'],
    told: [],
  });
});
