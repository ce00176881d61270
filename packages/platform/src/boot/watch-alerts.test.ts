import { expect, test } from '@jest/globals';
import { AlertList } from '@tact/contracts';
import { Alerts } from '../observability/alerts.ts';
import type { Heartbeat, StorageMatters } from './heartbeat.ts';
import type { ParkedRecords } from './parked-records.ts';
import type { UpkeepTrouble } from '../projection/upkeep.ts';
import { watchAlerts } from './watch-alerts.ts';

const since = new Date('2026-11-29T10:00:00Z');

type Reported = {
  areAllWatched?: boolean;
  matters?: StorageMatters;
  parked?: number;
  behind?: readonly string[];
  depth?: number;
  oldestAgeMs?: number;
  troubles?: readonly UpkeepTrouble[];
  uncertain?: number;
  stalled?: number;
  away?: number;
  givenUp?: number;
};
const several = (mails: number) => Promise.resolve(mails === 0 ? undefined : { mails, since });
const alertsWith = (reported: Reported): Alerts => {
  const {
    areAllWatched = true,
    matters = {},
    parked = 0,
    behind = [],
    depth = 0,
    oldestAgeMs = 0,
    troubles = [],
    uncertain = 0,
    stalled = 0,
    away = 0,
    givenUp = 0,
  } = reported;
  const alerts = new Alerts();
  watchAlerts(alerts, {
    heartbeat: { matters: () => Promise.resolve(matters) } as Heartbeat,
    parkedRecords: {
      areAllWatched,
      ofPerson: () => Promise.resolve(parked === 0 ? undefined : { count: parked, since }),
    } as unknown as ParkedRecords,
    behind: { all: behind.map((group) => ({ group, sentence: 'gone', since })) },
    relay: { outbox: () => Promise.resolve({ depth, oldestAgeMs }) },
    troubles: () => Promise.resolve(troubles),
    mails: {
      uncertain: () => several(uncertain),
      stalled: () => several(stalled),
      away: () => several(away),
      givenUp: () => several(givenUp),
    },
    clock: { nowMs: Date.now },
  });
  return alerts;
};
const alertsOf = async (reported: Reported) =>
  AlertList.parse({ items: await alertsWith(reported).of('demo') }).items;

test('a service that is well needs nobody', async () => {
  expect(await alertsOf({})).toEqual([]);
  expect(await alertsOf({ depth: 3, oldestAgeMs: 60_000 })).toEqual([]);
});

test.each([
  [{ matters: { failing: { reason: 'disk-full', since } } }, { kind: 'not-storing', count: 1 }],
  [{ matters: { skewed: { seconds: 86_400, since } } }, { kind: 'clock-skew', count: 86_400 }],
  [{ uncertain: 3 }, { kind: 'mails-uncertain', count: 3, owner: 'operator' }],
  [{ stalled: 2 }, { kind: 'mails-stalled', count: 2 }],
  [{ away: 4 }, { kind: 'mail-server-away', count: 4, owner: 'operator' }],
  [{ givenUp: 2 }, { kind: 'mails-given-up', count: 2, owner: 'operator' }],
  [{ parked: 2 }, { kind: 'keys-parked', count: 2 }],
  [{ behind: ['outreach.wishes'] }, { kind: 'consumer-behind', about: 'outreach.wishes' }],
  [
    { troubles: [{ what: 'rebuild-failed', projection: 'tally', since }] },
    { kind: 'rebuild-failed', about: 'tally', owner: 'operator' },
  ],
] satisfies [Reported, object][])('%j is told with its beginning', async (reported, alert) => {
  const found = await alertsOf(reported);
  expect(found).toMatchObject([{ ...alert, state: 'open', since: since.toISOString() }]);
});

test('before every consumer has started nobody knows that nothing is set aside', async () => {
  expect(await alertsWith({}).raised([])).toMatchObject({ isWhole: true });
  const starting = alertsWith({ areAllWatched: false, depth: 7, oldestAgeMs: 400_000 });
  expect(await starting.raised([])).toMatchObject({
    items: [{ alert: { kind: 'relay-stalled' } }],
    isWhole: false,
  });
});

test('events that wait for minutes are told', async () => {
  const found = await alertsOf({ depth: 7, oldestAgeMs: 400_000 });
  expect(found).toMatchObject([{ kind: 'relay-stalled', count: 7 }]);
});

test('a part that cannot be read hides no other', async () => {
  const alerts = new Alerts();
  alerts.add(() => Promise.reject(new Error('down')));
  watchAlerts(alerts, {
    heartbeat: {
      matters: () => Promise.resolve({ failing: { reason: 'read-only', since } }),
    } as Heartbeat,
    parkedRecords: { list: () => Promise.reject(new Error('down')) } as unknown as ParkedRecords,
    behind: { all: [] },
    relay: { outbox: () => Promise.reject(new Error('down')) },
    troubles: () => Promise.reject(new Error('down')),
    mails: {
      uncertain: () => Promise.reject(new Error('down')),
      stalled: () => Promise.reject(new Error('down')),
      away: () => Promise.reject(new Error('down')),
      givenUp: () => Promise.reject(new Error('down')),
    },
    clock: { nowMs: Date.now },
  });
  expect((await alerts.of('demo')).map(({ kind }) => kind)).toEqual(['not-storing']);
});
