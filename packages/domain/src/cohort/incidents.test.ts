import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS } from '@tact/contracts';
import { chanceAtMost } from './chance.ts';
import {
  incidentDecider as decider,
  type IncidentEvent,
  type IncidentState,
  type JudgeCohort,
} from './incidents.ts';
import type { CohortCount } from './stall.ts';

const at = (time: string) => new Date(`2026-11-02T${time}:00.000Z`);
const count = (from: string, contacts: number, stuck: number): CohortCount => ({
  fromMs: at(from).getTime(),
  contacts,
  stuck,
  messages: contacts,
  stuckMessages: stuck,
});
const look = (more: Partial<JudgeCohort>): JudgeCohort => ({
  tenantId: 'demo',
  incidentId: 'in_0123456789',
  now: at('10:00'),
  windows: [],
  hours: [],
  usual: { contacts: 0, late: 0 },
  stalledSince: at('09:59'),
  ...more,
});
const given = (...events: readonly IncidentEvent[]): IncidentState =>
  events.reduce(decider.evolve, decider.initial());
const kindsOf = (more: Partial<JudgeCohort>, state = given()) =>
  decider.decide(look(more), state).map(({ type }) => type);

const opened = decider.decide(
  look({ windows: [count('08:00', 20, 20)], hours: [count('08:00', 20, 20)] }),
  given(),
);
const sinceOpen = (stuck: number, more: { contacts?: number; answered?: string } = {}) => ({
  ...count('08:00', more.contacts ?? 20, stuck),
  lastSentMs: at('08:00').getTime(),
  lastAnsweredMs: more.answered === undefined ? undefined : at(more.answered).getTime(),
});

describe('an incident opens', () => {
  test('when most of twenty contacts are stuck at once, and says from when', () => {
    expect(opened).toEqual([
      {
        type: 'IncidentOpened',
        data: {
          tenantId: 'demo',
          incidentId: 'in_0123456789',
          cause: 'delivery-stall',
          from: '2026-11-02T08:00:00.000Z',
          openedAt: '2026-11-02T10:00:00.000Z',
          messages: 20,
          stuck: 20,
          usualShare: 0.1,
        },
      },
    ]);
  });

  test.each([
    ['fewer than twenty people', [count('08:00', 19, 19)]],
    ['half of them, which is not most', [count('08:00', 40, 20)]],
    ['few of many', [count('08:00', 2000, 400)]],
    ['nobody written to', [count('08:00', 0, 0)]],
  ])('not for %s', (_, windows) => expect(kindsOf({ windows })).toEqual([]));

  test('at the sixty in a hundred of an outage that spares some', () => {
    expect(kindsOf({ windows: [count('08:00', 20, 12)] })).toEqual(['IncidentOpened']);
  });

  test('not where so many are usually late', () => {
    const windows = [count('08:00', 20, 12)];
    expect(kindsOf({ windows, usual: { contacts: 5000, late: 2500 } })).toEqual([]);
  });

  test('from a busy night on, which the day before does not drown', () => {
    const windows = [count('01:00', 900, 30), count('08:00', 30, 30)];
    const hours = [count('01:00', 870, 0), count('08:00', 30, 30)];
    const [event] = decider.decide(look({ windows, hours }), given());
    expect(event?.data.from).toBe('2026-11-02T08:00:00.000Z');
  });

  test('back to the first hour of silence, over hours in which nothing was written', () => {
    const hours = [
      count('03:00', 10, 1),
      count('05:00', 8, 7),
      count('06:00', 0, 0),
      count('08:00', 30, 30),
    ];
    const [event] = decider.decide(look({ windows: [count('08:00', 30, 30)], hours }), given());
    expect(event?.data.from).toBe('2026-11-02T05:00:00.000Z');
  });

  test('only when it was seen before and still stands', () => {
    const windows = [count('08:00', 20, 20)];
    expect(kindsOf({ windows, stalledSince: undefined })).toEqual([]);
    expect(kindsOf({ windows, stalledSince: at('10:00') })).toEqual([]);
  });

  test('never beside another one', () => {
    const windows = [count('08:00', 50, 50)];
    const state = given(...opened);
    expect(kindsOf({ windows, sinceOpen: sinceOpen(50, { contacts: 50 }) }, state)).toEqual([]);
  });
});

describe('an incident closes', () => {
  const state = given(...opened);

  test('when most of the stuck have caught up, at the hour they did', () => {
    const command = look({ now: at('20:00'), sinceOpen: sinceOpen(8, { answered: '14:00' }) });
    expect(decider.decide(command, state)).toEqual([
      {
        type: 'IncidentClosed',
        data: {
          tenantId: 'demo',
          incidentId: 'in_0123456789',
          cause: 'delivery-stall',
          from: '2026-11-02T08:00:00.000Z',
          until: '2026-11-02T15:00:00.000Z',
          closedAt: '2026-11-02T20:00:00.000Z',
        },
      },
    ]);
  });

  test('not while nearly as many are stuck as when it opened', () => {
    expect(kindsOf({ sinceOpen: sinceOpen(10, { answered: '09:00' }) }, state)).toEqual([]);
  });

  test('when new messages arrive, though the old ones are lost', () => {
    const windows = [count('12:00', 25, 2)];
    const lost = sinceOpen(200, { contacts: 225, answered: '12:00' });
    expect(kindsOf({ now: at('14:00'), windows, sinceOpen: lost }, state)).toEqual([
      'IncidentClosed',
    ]);
  });

  test('not for messages of before it began', () => {
    const windows = [count('01:00', 500, 20)];
    expect(kindsOf({ windows, sinceOpen: sinceOpen(20) }, state)).toEqual([]);
  });

  test('when nobody has been written to for two days', () => {
    const now = new Date(at('08:00').getTime() + 48 * HOUR_MS + 1);
    expect(kindsOf({ now, sinceOpen: sinceOpen(20) }, state)).toEqual(['IncidentClosed']);
  });

  test('and what was stuck in it opens no other one', () => {
    const closed = decider.decide(
      look({ now: at('14:30'), sinceOpen: sinceOpen(8, { answered: '14:00' }) }),
      state,
    );
    const after = given(...opened, ...closed);
    const reported = { now: at('16:00'), stalledSince: at('15:00') };
    expect(kindsOf({ ...reported, windows: [count('09:00', 30, 30)] }, after)).toEqual([]);
    expect(kindsOf({ ...reported, windows: [count('15:00', 30, 30)] }, after)).toEqual([
      'IncidentOpened',
    ]);
  });
});

test('openings and closings alternate, whatever is seen', () => {
  const seen = fc.record({
    contacts: fc.nat(60),
    stuckShare: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 40 }), (looks) => {
      let state = given();
      const kinds: string[] = [];
      for (const [nth, { contacts, stuckShare }] of looks.entries()) {
        const now = new Date(at('10:00').getTime() + nth * HOUR_MS);
        const window = {
          ...count('08:00', contacts, Math.round(contacts * stuckShare)),
          fromMs: now.getTime() - 7_200_000,
        };
        const since = { ...window, lastSentMs: window.fromMs, lastAnsweredMs: undefined };
        const events = decider.decide(
          look({
            now,
            windows: [window],
            hours: [window],
            sinceOpen: since,
            stalledSince: at('08:00'),
          }),
          state,
        );
        state = events.reduce(decider.evolve, state);
        kinds.push(...events.map(({ type }) => type));
      }
      const requested = kinds.map((_, nth) =>
        nth % 2 === 0 ? 'IncidentOpened' : 'IncidentClosed',
      );
      expect(kinds).toEqual(requested);
    }),
  );
});

test('the chance of a coincidence is never said to be smaller than it is', () => {
  const exact = (k: number, n: number, p: number): number => {
    let term = (1 - p) ** n;
    let below = 0;
    for (let i = 0; i < k; i++) {
      below += term;
      term *= ((n - i) / (i + 1)) * (p / (1 - p));
    }
    return 1 - below;
  };
  for (const p of [0.02, 0.1, 0.3]) {
    for (const n of [1, 5, 20, 60]) {
      for (let k = 0; k <= n; k++) {
        expect(chanceAtMost(k, n, p)).toBeGreaterThanOrEqual(exact(k, n, p) - 1e-12);
      }
    }
  }
  expect(chanceAtMost(0, 0, 0.1)).toBe(1);
  expect(chanceAtMost(6, 5, 0.1)).toBe(0);
  expect(chanceAtMost(20, 20, 0.1)).toBeCloseTo(1e-20, 24);
});
