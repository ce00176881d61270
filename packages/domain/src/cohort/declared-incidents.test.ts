import { expect, test } from '@jest/globals';
import { type DeclareIncident, declaredIncidentDecider as decider } from './declared-incidents.ts';

const opened = { tenantId: 'demo', kind: 'incident-opened', incidentId: 'in_1' } as const;
const closed = { ...opened, kind: 'incident-closed', incidentId: 'in_2' } as const;
const now = new Date('2026-11-20T10:00:00Z');

/** What the last of some words comes to. */
const reported = (...words: readonly Omit<DeclareIncident, 'now'>[]) => {
  let state = decider.initial();
  let decided: ReturnType<typeof decider.decide> = [];
  for (const word of words) {
    decided = decider.decide({ ...word, now }, state);
    if (!('refused' in decided)) state = decided.reduce(decider.evolve, state);
  }
  return decided;
};

test('an incident is opened by a word and closed by the next, under its own id and times', () => {
  const from = '2026-11-20T08:00:00.000Z';
  expect(reported({ ...opened, at: from })).toEqual([
    {
      type: 'IncidentOpened',
      data: {
        tenantId: 'demo',
        incidentId: 'in_1',
        cause: 'declared',
        from,
        openedAt: now.toISOString(),
        messages: 0,
        stuck: 0,
        usualShare: 0,
      },
    },
  ]);
  // It may last no time at all.
  expect(reported({ ...opened, at: from }, { ...closed, at: from })).toEqual([
    {
      type: 'IncidentClosed',
      data: {
        tenantId: 'demo',
        incidentId: 'in_1',
        cause: 'declared',
        from,
        until: from,
        closedAt: now.toISOString(),
      },
    },
  ]);
});

test('one is open at a time, none is closed that is not open, and none before it began', () => {
  const at = '2026-11-20T08:00:00.000Z';
  const earlier = '2026-11-20T07:59:59.999Z';
  expect(reported({ ...opened, at }, { ...opened, at })).toEqual({
    refused: 'An incident is open already: close it first.',
  });
  expect(reported({ ...closed, at })).toEqual({ refused: 'No declared incident is open.' });
  expect(reported({ ...opened, at }, { ...closed, at: earlier })).toEqual({
    refused: 'The incident had not begun at that time.',
  });
  expect(reported({ ...opened, at }, { ...closed, at }, { ...opened, at })).toMatchObject([
    { type: 'IncidentOpened' },
  ]);
  expect(reported({ ...opened, at }, { ...closed, at }, { ...closed, at })).toEqual({
    refused: 'No declared incident is open.',
  });
});
