import { describe, expect, test } from '@jest/globals';
import { HOUR_MS } from '@tact/contracts';
import {
  incidentDecider as decider,
  type IncidentEvent,
  type IncidentState,
  type JudgeCohort,
  showsStall,
} from './incidents.ts';
import { beginOf, type CohortCount, isUsualAgain } from './stall.ts';

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
const opened: IncidentState = {
  open: { incidentId: 'in_0123456789', fromMs: at('08:00').getTime() },
  judgedUntilMs: undefined,
};
const closed: IncidentState = { open: undefined, judgedUntilMs: at('08:00').getTime() };
const since = (contacts: number, stuck: number) => ({
  ...count('08:00', contacts, stuck),
  lastSentMs: at('08:00').getTime(),
  lastAnsweredMs: undefined,
});
const decided = (more: Partial<JudgeCohort>, state = decider.initial()): readonly IncidentEvent[] =>
  decider.decide(look(more), state);
const beginning = (hours: readonly CohortCount[]): string =>
  new Date(beginOf(hours, count('08:00', 40, 30))).toISOString().slice(11, 16);

describe('a look shows a stall that nobody speaks for', () => {
  const usual = { contacts: 0, late: 0 };
  const windows = [count('08:00', 20, 20)];

  test('when most are stuck and no incident is open', () => {
    expect(showsStall({ windows, usual }, decider.initial())).toBe(true);
  });

  test('not while an incident is open', () => {
    expect(showsStall({ windows, usual }, opened)).toBe(false);
  });

  test('not when nobody is stuck', () => {
    expect(showsStall({ windows: [count('08:00', 20, 0)], usual }, decider.initial())).toBe(false);
  });

  test('in messages from the very instant the last incident ended on, not of the hour before', () => {
    expect(showsStall({ windows, usual }, closed)).toBe(true);
    expect(showsStall({ windows: [count('07:00', 20, 20)], usual }, closed)).toBe(false);
  });
});

describe('an incident opens', () => {
  const windows = [count('08:00', 20, 20)];

  test('once its stall has been seen for ten seconds, and not a millisecond before', () => {
    const seenFor = (ms: number) => new Date(at('10:00').getTime() - ms);
    expect(decided({ windows, stalledSince: seenFor(9_999) })).toHaveLength(0);
    expect(decided({ windows, stalledSince: seenFor(10_000) })).toHaveLength(1);
  });

  test('by the shortest past that shows the stall, in whatever order the pasts come', () => {
    const pasts = [count('06:00', 60, 50), count('08:00', 20, 20), count('07:00', 40, 35)];
    for (const order of [pasts, pasts.toReversed()]) {
      const [event] = decided({ windows: order });
      expect(event?.data).toMatchObject({ messages: 20, stuck: 20 });
    }
  });
});

describe('an incident begins', () => {
  const stuck = (from: string) => count(from, 10, 9);
  const healthy = (from: string) => count(from, 10, 1);

  test('after the last hour in which deliveries were healthy', () => {
    expect(beginning([stuck('03:00'), healthy('04:00'), stuck('05:00'), stuck('08:00')])).toBe(
      '05:00',
    );
  });

  test('after the last of several healthy hours', () => {
    expect(beginning([healthy('02:00'), stuck('03:00'), healthy('04:00'), stuck('06:00')])).toBe(
      '06:00',
    );
  });

  test('before a half of those written to were stuck, which is healthy', () => {
    expect(beginning([stuck('04:00'), count('05:00', 10, 5), stuck('06:00')])).toBe('06:00');
  });

  test('at the stall itself when the hours before it were healthy', () => {
    expect(beginning([healthy('06:00'), healthy('07:00'), stuck('08:00')])).toBe('08:00');
  });

  test('whatever is healthy once the stall has begun', () => {
    expect(beginning([stuck('05:00'), stuck('08:00'), healthy('09:00')])).toBe('05:00');
    expect(beginning([stuck('05:00'), healthy('08:00')])).toBe('05:00');
  });
});

describe('an incident stays open', () => {
  test('while what is known of it is nobody', () => {
    expect(isUsualAgain(count('08:00', 0, 0))).toBe(false);
    expect(decided({ sinceOpen: since(0, 0) }, opened)).toHaveLength(0);
  });

  test('while most are stuck', () => {
    expect(decided({ sinceOpen: since(20, 20) }, opened)).toHaveLength(0);
  });

  test('until two days have passed since the last message, to the millisecond', () => {
    const quiet = (ms: number) => ({
      now: new Date(at('08:00').getTime() + 48 * HOUR_MS + ms),
      sinceOpen: since(20, 20),
    });
    expect(decided(quiet(0), opened)).toHaveLength(0);
    expect(decided(quiet(1), opened)).toHaveLength(1);
  });

  test('when fewer than twenty fresh messages came through', () => {
    const fresh = (contacts: number) => ({
      windows: [count('09:00', contacts, 0)],
      sinceOpen: since(200, 190),
    });
    expect(decided(fresh(19), opened)).toHaveLength(0);
    expect(decided(fresh(20), opened)).toHaveLength(1);
  });
});

test('an incident that nothing is known of any more closes now', () => {
  const [event] = decided({}, opened);
  expect(event?.data).toMatchObject({ until: '2026-11-02T10:00:00.000Z' });
});
