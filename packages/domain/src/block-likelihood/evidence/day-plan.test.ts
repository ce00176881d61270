import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { everyFamily, familiesWithout } from '../../signals/families.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { censoredBy } from './censoring.ts';
import { emptyDay, planOf, type DayPlan } from './day-plan.ts';
import { historyOf, type CensoredWindow, type SignalFact } from './facts.ts';

const FIRST = 20_000;
const model = modelOf(assumedPriors);
/** Nine in the morning of a day, counted from the first, or another hour. */
const at = (day: number, hour = 9) => (FIRST + day) * DAY_MS + hour * HOUR_MS;
const status = (
  kind: SignalFact['kind'],
  occurredAt: number,
  messageRef = 'a',
  code?: number,
): SignalFact => ({
  kind,
  occurredAt,
  messageRef,
  code,
});
const fact = (kind: SignalFact['kind'], occurredAt: number): SignalFact => ({ kind, occurredAt });
const sent = (day: number, ref = 'a', hour = 9) => status('message-sent', at(day, hour), ref);
const begin = fact('promotion-sent', at(0));

type More = {
  asOf?: number;
  families?: typeof everyFamily;
  windows?: readonly CensoredWindow[];
};
const plan = (
  facts: readonly SignalFact[],
  { asOf = at(10), families = everyFamily, windows = [] }: More = {},
) => planOf(censoredBy(historyOf([begin, ...facts], asOf)!, windows), { model, families, asOf });
/** What is marked on the days of a plan, counted from the first; days of no mark are left out. */
const marks = (facts: readonly SignalFact[], more: More = {}) =>
  Object.fromEntries(
    plan(facts, { families: familiesWithout('inbound'), ...more }).days.flatMap(
      ({ day, looks, ...rest }) => {
        const { day: _, looks: __, ...empty } = emptyDay(day);
        const set = Object.entries(rest).filter(
          ([name, value]) => value !== empty[name as keyof typeof empty],
        );
        const seen = looks.size > 0 ? [['looks', [...looks.keys()]] as const] : [];
        return set.length + seen.length === 0
          ? []
          : [[day - FIRST, Object.fromEntries([...set, ...seen])]];
      },
    ),
  ) as Record<number, Partial<DayPlan>>;

describe('a message that waits', () => {
  test('begins to wait on the day it is sent, and counts from the day it has waited twelve hours of', () => {
    expect(marks([sent(2, 'a', 13)], { asOf: at(4) })).toEqual({
      2: { accepted: true, joins: true, waitsOn: true },
      // Nine hours of the fourth day are too few.
      4: { waitsOn: true },
    });
    expect(marks([sent(2, 'a', 12)], { asOf: at(4, 12) })).toEqual({
      2: { accepted: true, joins: true, waits: true, waitsOn: true },
      4: { waits: true, waitsOn: true },
    });
  });

  test('counts to the last instant that is looked at, itself included', () => {
    const untilNoon = { asOf: at(4, 12) - 1 };
    expect(marks([sent(2)], untilNoon)[4]).toEqual({ waits: true, waitsOn: true });
    expect(marks([sent(2)], { asOf: at(4, 12) - 2 })[4]).toEqual({ waitsOn: true });
  });

  test('waits no more once it arrived; on another day it comes out of the queue', () => {
    expect(marks([sent(2), status('message-delivered', at(5))])).toEqual({
      2: { accepted: true, joins: true, waits: true, waitsOn: true },
      5: { alive: true, arrived: 'queue' },
    });
  });

  test('that arrives on its day never waited over night', () => {
    expect(marks([sent(2), status('message-delivered', at(2, 23))])).toEqual({
      2: { accepted: true, alive: true, arrived: 'any' },
    });
  });

  test('that arrives at midnight waited through its day', () => {
    const found = marks([sent(2), status('message-delivered', at(3, 0))]);
    expect(found[2]).toEqual({ accepted: true, joins: true, waits: true, waitsOn: true });
    expect(found[3]).toEqual({ alive: true, arrived: 'queue' });
  });

  test('ends with its time to live, and a later arrival was not in the queue', () => {
    const late = [sent(2), status('message-delivered', at(40))];
    expect(marks(late, { asOf: at(41) })).toEqual({
      2: { accepted: true, joins: true, waits: true, waitsOn: true },
      40: { alive: true, arrived: 'any' },
    });
  });

  test('ends with any sign of life, on which day nothing waits', () => {
    const found = marks([sent(2), fact('call-rang', at(5, 20))]);
    expect(found[5]).toEqual({ alive: true, ring: 'some' });
    expect(found[2]?.joins).toBe(true);
  });

  test('is one with others: the longest of them goes on', () => {
    const found = marks([sent(2), sent(3, 'b'), status('message-dropped', at(4), 'a')]);
    expect(found[4]).toEqual({ waits: true, waitsOn: true });
    expect(found[3]).toEqual({ accepted: true, joins: true, waits: true, waitsOn: true });
  });

  test('does not wait in the eyes of who hears no deliveries', () => {
    expect(marks([sent(2)], { families: familiesWithout('delivery') })[2]).toBeUndefined();
  });
});

describe('what became of messages', () => {
  test('a refusal is one of the day of its code, and accepts nothing', () => {
    expect(marks([sent(2), status('message-failed', at(3), 'a', 131_026)])).toEqual({
      3: { unreachable: true },
    });
    expect(marks([sent(2), status('message-failed', at(3), 'a', 999_999)])).toEqual({});
  });

  test('an arrival of a message that was never seen sent is one of its day', () => {
    expect(marks([status('message-read', at(3))])).toEqual({ 3: { alive: true, arrived: 'any' } });
  });

  test('among arrivals of a day, one that was sent that day says most', () => {
    const old = [sent(2), status('message-delivered', at(4), 'a')];
    const fresh = [sent(4, 'b', 10), status('message-delivered', at(4, 11), 'b')];
    expect(marks([...old, ...fresh])[4]?.arrived).toBe('any');
    expect(marks([...fresh, ...old])[4]?.arrived).toBe('any');
    expect(marks(old)[4]?.arrived).toBe('queue');
  });
});

describe('other facts', () => {
  test.each<[SignalFact['kind'], Partial<Record<keyof DayPlan, unknown>>]>([
    ['inbound-message', { alive: true, inbound: 'some' }],
    ['call-rang', { alive: true, ring: 'some' }],
    ['call-answered', { alive: true, ring: 'some' }],
    ['call-not-ringing', { ring: 'none' }],
    ['photo-seen', { looks: ['photo/true'] }],
    ['photo-missing', { looks: ['photo/false'] }],
    ['presence-seen', { looks: ['presence/true'] }],
    ['presence-missing', { looks: ['presence/false'] }],
    ['group-receipt', { receipt: true }],
    ['group-receipt-missing', { receiptMissing: true }],
    ['group-add-accepted', { looks: ['group-add/true'] }],
    ['group-add-refused', { looks: ['group-add/false'] }],
  ])('%s marks its day', (kind, marked) => {
    expect(marks([fact(kind, at(3))], { families: everyFamily })[3]).toEqual(
      kind === 'inbound-message' ? marked : { ...marked, inbound: 'none' },
    );
  });

  test('a call that rang outweighs a silent one, whichever came first', () => {
    const calls = [fact('call-not-ringing', at(3)), fact('call-rang', at(3, 11))];
    expect(marks(calls)[3]).toEqual({ alive: true, ring: 'some' });
    expect(marks(calls.toReversed())[3]).toEqual({ alive: true, ring: 'some' });
  });

  test('are passed over where their family is not listened to', () => {
    const families = new Set([...everyFamily].filter((one) => one !== 'call' && one !== 'inbound'));
    expect(marks([fact('call-rang', at(3))], { families })).toEqual({});
  });

  test.each([
    'complaint-recorded',
    'promotion-sent',
    'marketing-opt-in',
    'marketing-opt-out',
  ] as const)('%s marks no day', (kind) => {
    expect(marks([fact(kind, at(3))])).toEqual({});
  });
});

describe('silence', () => {
  const days = (more?: More) =>
    plan([fact('call-not-ringing', at(3))], more).days.map(({ day, inbound }) => [
      day - FIRST,
      inbound,
    ]);

  test('counts on whole days: neither on the first nor on one that is not over', () => {
    expect(days()).toEqual([
      [0, 'unknown'],
      [3, 'none'],
      [10, 'unknown'],
    ]);
    expect(days({ asOf: at(11, 0) - 1 }).at(-1)).toEqual([10, 'unknown']);
    expect(days({ asOf: at(11, 0) }).slice(-2)).toEqual([
      [3, 'none'],
      [11, 'unknown'],
    ]);
  });

  test('counts on quiet days as well, if inbound messages are listened to', () => {
    expect(plan([]).countsInbound).toBe(true);
    const deaf = plan([fact('call-not-ringing', at(3))], { families: familiesWithout('inbound') });
    expect(deaf.countsInbound).toBe(false);
    expect(deaf.days.every(({ inbound }) => inbound === 'unknown')).toBe(true);
  });

  test('counts on no day that an incident touches', () => {
    const windows = [{ from: at(4, 23), until: at(5, 1) }];
    expect(days({ windows })).toEqual([
      [0, 'unknown'],
      [3, 'none'],
      [4, 'unknown'],
      [5, 'unknown'],
      [10, 'unknown'],
    ]);
  });
});

test('an incident takes the hours of a wait that lie in it', () => {
  const of = (until: number) => marks([sent(2)], { windows: [{ from: at(3, 0), until }] })[3];
  expect(of(at(3, 12))).toEqual({ waits: true, waitsOn: true });
  expect(of(at(3, 12) + 1)).toEqual({ waitsOn: true });
});

test('an arrival whose message is not known marks its day as well', () => {
  const unknown = fact('message-delivered', at(3));
  expect(marks([unknown])).toEqual({ 3: { alive: true, arrived: 'any' } });
});

test('a silence that ends with the last instant of a day is a whole one', () => {
  const { days } = plan([fact('call-not-ringing', at(3))], { asOf: at(4, 0) });
  expect(days.find(({ day }) => day === FIRST + 3)?.inbound).toBe('none');
  const early = plan([fact('call-not-ringing', at(3))], { asOf: at(4, 0) - 1 });
  expect(early.days.find(({ day }) => day === FIRST + 3)?.inbound).toBe('unknown');
});

describe('days of a plan', () => {
  test('are in order, from the beginning of the history to the instant', () => {
    const { days } = plan([fact('call-rang', at(7)), fact('call-rang', at(2))]);
    expect(days.map(({ day }) => day - FIRST)).toEqual([0, 2, 7, 10]);
  });

  test('have one for each change of the hazard between', () => {
    const { days, hazard } = plan([fact('complaint-recorded', at(3))], { asOf: at(40) });
    expect(days.map(({ day }) => day - FIRST)).toEqual([0, 3, 4, 34, 40]);
    expect(hazard.on(FIRST + 4).complaint).toBe(true);
    const short = plan([fact('complaint-recorded', at(9))]);
    expect(short.days.map(({ day }) => day - FIRST)).toEqual([0, 9, 10]);
  });
});

test('every wait of a day is looked at, not only its first', () => {
  const found = marks([sent(2), fact('call-rang', at(3, 1)), sent(3, 'b', 2)]);
  expect(found[3]).toEqual({
    alive: true,
    ring: 'some',
    accepted: true,
    joins: true,
    waitsOn: true,
  });
});

test('a wait that ends with the last instant does not last over it', () => {
  const dropped = (occurredAt: number) => [sent(10, 'a', 8), status('message-dropped', occurredAt)];
  expect(marks(dropped(at(10)))[10]).toEqual({ accepted: true });
  expect(marks(dropped(at(10) + 1))[10]).toEqual({ accepted: true, joins: true, waitsOn: true });
});
