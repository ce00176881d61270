import { describe, expect, test } from '@jest/globals';
import { dueDates } from './legal-calendar.ts';

const parisDay = (instant: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date(instant));

describe('the due date is a calendar month in Paris, rolled past days off', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-02-28', '2026-03-02'],
    ['2028-01-31T12:00:00Z', '2028-02-29', '2028-02-29'],
    ['2026-03-05T12:00:00Z', '2026-04-05', '2026-04-07'],
    ['2026-08-31T12:00:00Z', '2026-09-30', '2026-09-30'],
    ['2026-11-25T12:00:00Z', '2026-12-25', '2026-12-28'],
    // Half past ten at night in UTC is already the first of April in Paris.
    ['2026-03-31T22:30:00Z', '2026-05-01', '2026-05-04'],
  ])('%s', (receivedAt, internal, legal) => {
    const { internalDue, legalDue } = dueDates(new Date(receivedAt));
    expect([parisDay(internalDue), parisDay(legalDue)]).toEqual([internal, legal]);
  });
});

test('a due date is the last second of its day, in summer and in winter', () => {
  expect(dueDates(new Date('2026-06-10T08:00:00Z')).internalDue).toBe('2026-07-10T21:59:59.000Z');
  expect(dueDates(new Date('2026-11-10T08:00:00Z')).internalDue).toBe('2026-12-10T22:59:59.000Z');
});

test('thirty days would be late on 70 of 1,096 receipt days', () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  const late = Array.from({ length: 1096 }, (_, day) => new Date(noon + day * 86_400_000)).filter(
    (received) => {
      const naive = new Date(received.getTime() + 30 * 86_400_000).toISOString();
      return parisDay(naive) > parisDay(dueDates(received).legalDue);
    },
  );
  expect(late).toHaveLength(70);
});

test('an extension counts three months from receipt, not two from the first due date', () => {
  expect(parisDay(dueDates(new Date('2026-11-30T12:00:00Z'), 3).internalDue)).toBe('2027-02-28');
});
