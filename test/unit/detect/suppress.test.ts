import { expect, test } from '@jest/globals';
import { parseSilences, silenceOf } from '../../../src/detect/silence.ts';
import { type Delivery, Suppression, type SuppressOptions } from '../../../src/detect/suppress.ts';
import type { Alert } from '../../../src/model/alert.ts';
import type { Event } from '../../../src/model/event.ts';
import type { CompiledRule } from '../../../src/sigma/compile.ts';
import { at, eventAt, ruleOf } from './support.ts';

const TEN_MINUTES = 600_000;
const END = Number.POSITIVE_INFINITY;

/** The alerts of events that are read one after the other. */
function alertsOf(events: readonly Event[], rule: CompiledRule = ruleOf(), options: Partial<SuppressOptions> = {}) {
  const alerts: Alert[] = [];
  const tell = ({ alert }: { readonly alert: Alert | undefined }): void => {
    if (alert !== undefined) alerts.push(alert);
  };
  const suppression = new Suppression({ suppressMs: TEN_MINUTES, capacity: 100, onEvict: tell, ...options });
  for (const event of events) {
    const episode = suppression.take(rule, event);
    if (episode?.suppressMs === 0) tell(episode);
  }
  suppression.episodes.expire(END).forEach(tell);
  return alerts;
}

const summary = (alerts: readonly Alert[]) =>
  alerts.map(
    ({ keywarden: { alert } }) => `${alert.count} ${alert.first_seen.slice(11, 16)}–${alert.last_seen.slice(11, 16)}`,
  );

const user = (username: string) => ({ user: { username } });

const cases: [name: string, events: readonly Event[], alerts: string[]][] = [
  ['matches of one group are one alert', [eventAt('05:00:00'), eventAt('05:09:00')], ['2 05:00–05:09']],
  [
    'each match prolongs it, however long it lasts',
    [eventAt('05:00:00'), eventAt('05:09:00'), eventAt('05:18:00')],
    ['3 05:00–05:18'],
  ],
  ['the suppression time itself still belongs to it', [eventAt('05:00:00'), eventAt('05:10:00')], ['2 05:00–05:10']],
  [
    'after it the next match opens another',
    [eventAt('05:00:00'), eventAt('05:10:01')],
    ['1 05:00–05:00', '1 05:10–05:10'],
  ],
  [
    'another user is another alert',
    [eventAt('05:00:00', user('a')), eventAt('05:00:01', user('b'))],
    ['1 05:00–05:00', '1 05:00–05:00'],
  ],
  ['a late match stretches it backwards', [eventAt('05:09:00'), eventAt('05:00:00')], ['2 05:00–05:09']],
  [
    'logs that are read one after the other do not make alerts of each match',
    ['05:00:00', '06:00:00', '05:01:00', '06:01:00', '05:02:00', '06:02:00'].map(time => eventAt(time)),
    ['3 05:00–05:02', '3 06:00–06:02'],
  ],
  ['a line that is read twice counts once', [eventAt('05:00:00'), eventAt('05:00:00')], ['1 05:00–05:00']],
];
for (const [name, events, alerts] of cases) test(name, () => expect(summary(alertsOf(events))).toEqual(alerts));

test('a request that is seen when it starts and when it ends hours later counts once', () => {
  const stages = [
    { stage: 'ResponseStarted', stageTimestamp: at('05:00:00') },
    { stage: 'ResponseComplete', stageTimestamp: at('08:00:00') },
  ];
  const events = stages.map(stage => eventAt('05:00:00', stage));
  expect(summary(alertsOf(events))).toEqual(['1 05:00–05:00']);
});

const spans: [suppress: string | undefined, otherwise: number, counts: number[]][] = [
  [undefined, TEN_MINUTES, [2]],
  [undefined, 1_000, [1, 1]],
  [undefined, 0, [1, 1]],
  ['30s', TEN_MINUTES, [1, 1]],
  ['2m', 0, [2]],
  ['0s', TEN_MINUTES, [1, 1]],
];
for (const [suppress, otherwise, counts] of spans) {
  test(`suppress: ${suppress ?? 'unsaid'}, otherwise ${otherwise} ms`, () => {
    const rule = ruleOf(suppress === undefined ? '' : `  suppress: ${suppress}\n`);
    const alerts = alertsOf([eventAt('05:00:00'), eventAt('05:01:00')], rule, { suppressMs: otherwise });
    expect(alerts.map(({ keywarden: { alert } }) => alert.count)).toEqual(counts);
  });
}

test('its id is of cluster, rule, group and the match that opened it, whatever came before or after', () => {
  const [first, second] = [eventAt('05:00:00'), eventAt('05:01:00')];
  const [alone] = alertsOf([first]);
  const [both] = alertsOf([first, second]);
  const [other] = alertsOf([second]);
  expect(both?.event.id).toBe(alone?.event.id);
  expect(other?.event.id).not.toBe(alone?.event.id);
});

test('evidence is the earliest ten and the latest ten, the count tells the rest', () => {
  const times = Array.from({ length: 100 }, (_, i) => `05:00:00.${String(i).padStart(3, '0')}`);
  const [alert] = alertsOf(times.map(time => eventAt(time)));
  const { count, evidence } = alert?.keywarden.alert ?? { count: 0, evidence: [] };
  expect(count).toBe(100);
  expect(evidence.map(({ timestamp }) => timestamp)).toEqual([...times.slice(0, 10), ...times.slice(-10)].map(at));
});

test('a value of a megabyte makes an alert of some kilobytes, and is told from one that begins alike', () => {
  const long = 'x'.repeat(1_000_000);
  const events = ['a', 'b'].map(end =>
    eventAt('05:00:00', { ...user(`${long}${end}`), userAgent: long, auditID: end }),
  );
  const alerts = alertsOf(events);
  expect(alerts).toHaveLength(2);
  expect(JSON.stringify(alerts[0]).length).toBeLessThan(20_000);
});

test('beyond the capacity the one that was raised least lately goes, and a further match opens another', () => {
  const events = ['a', 'b', 'a', 'c', 'b'].map((name, i) => eventAt(`05:00:0${i}`, user(name)));
  const counts = alertsOf(events, ruleOf(), { capacity: 2 }).map(
    ({ keywarden: { alert } }) => `${alert.group['user.name']} ${alert.count}`,
  );
  expect(counts).toEqual(['b 1', 'a 2', 'c 1', 'b 1']);
});

test('a silenced match and one that is not are never one alert', () => {
  const silences = parseSilences(
    `silence: upgrade\nowner: o\nreason: r\nfrom: ${at('05:01:00')}\nuntil: ${at('05:02:00')}\ntag: attack.t1530\n`,
    's.yml',
  );
  const events = ['05:00:00', '05:01:30', '05:02:00'].map(time => eventAt(time));
  const alerts = alertsOf(events, ruleOf(), { silenceOf: silenceOf(silences) });
  expect(alerts.map(({ keywarden: { alert } }) => [alert.count, alert.silenced?.name])).toEqual([
    [1, 'upgrade'],
    [2, undefined],
  ]);
});

const delivery = (offset: number, counted: Partial<Delivery> = {}): Delivery => ({
  place: { topic: 't', partition: 0, offset, item: 0 },
  isCounted: () => false,
  isThere: () => false,
  ...counted,
});

const redeliveries: [name: string, suppress: string, counted: Partial<Delivery>, isNews: boolean][] = [
  ['that no alert counts', '10m', {}, true],
  ['that an alert of its case counts', '10m', { isCounted: () => true }, false],
  ['whose own alert is there', '0s', { isThere: () => true }, false],
  ['alone, in the time of another', '0s', { isCounted: () => true }, true],
];
for (const [name, suppress, counted, isNews] of redeliveries) {
  test(`a match ${name} is ${isNews ? 'counted' : 'not counted again'}`, () => {
    const suppression = new Suppression({ suppressMs: TEN_MINUTES, capacity: 10, onEvict: () => {} });
    const episode = suppression.take(ruleOf(`  suppress: ${suppress}\n`), eventAt('05:00:00'), delivery(3, counted));
    expect(episode !== undefined).toBe(isNews);
  });
}

test('what was not written of a partition that is given away is counted when it comes back', () => {
  const suppression = new Suppression({ suppressMs: TEN_MINUTES, capacity: 10, onEvict: () => {} });
  const take = (offset: number) => suppression.take(ruleOf(), eventAt('05:00:00', {}, offset), delivery(offset));
  take(1);
  expect(take(1)).toBeUndefined();
  suppression.forget('t', 0);
  expect(take(1)?.count).toBe(1);
});
