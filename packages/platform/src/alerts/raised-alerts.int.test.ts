import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Alert, AlertList, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { Clock } from '../config/clock.ts';
import { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import { Alerts } from '../observability/alerts.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { alertOf } from './alert-view.ts';
import { type Matter, RaisedAlerts } from './raised-alerts.ts';
import { alertMigrations } from './schema.ts';

let server: TestDatabase;
let database: Database;
let store: EventStore;
const since = new Date('2026-11-29T10:00:00.000Z');
const later = new Date('2026-11-29T12:00:00.000Z');

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'alerting' });
  await migrate(database, [...eventStoreMigrations, ...alertMigrations]);
  store = new EventStore({ database });
}, 60_000);
beforeEach(() => database.queryable.query('DELETE FROM alerts'));
afterAll(async () => {
  await store?.close();
  await database?.close();
  await server?.drop();
});

/** A process of the service: what it knows of itself is gone with it. */
const started = () => {
  const alerts = new Alerts();
  const state: { matters: Alert[]; isBroken: boolean } = { matters: [], isBroken: false };
  alerts.addOfService(() =>
    state.isBroken ? Promise.reject(new Error('down')) : Promise.resolve(state.matters),
  );
  const clock = new Clock({ startAt: later });
  const raised = new RaisedAlerts({ database, store, clock, alerts });
  alerts.add((tenantId) => raised.ofTenant(tenantId));
  const look = async () => raised.look(await alerts.raisedOfService('in-turn'));
  return { state, raised, look };
};

const raise = (raised: RaisedAlerts, tenantId: string, count = 3) =>
  store.transaction((tx) =>
    raised.raise(
      tx,
      { tenantId, kind: 'without-effect-grows', about: 'contact-unknown' },
      { count, since },
    ),
  );
const reportedOf = async (alertId: string | undefined) =>
  (await store.load(`alert-${alertId}`)).events.map(({ type, tenantid }) => [type, tenantid]);

test('a matter of a tenant is one alert however often it is said, of that tenant alone', async () => {
  const { raised } = started();
  await raise(raised, 'demo');
  await Promise.all([raise(raised, 'demo', 5), raise(raised, 'demo', 5)]);
  const [alert, ...others] = AlertList.parse({ items: await raised.ofTenant('demo') }).items;
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    kind: 'without-effect-grows',
    reason: 'contact-unknown',
    owner: 'administrator',
    state: 'open',
    count: 5,
    since: since.toISOString(),
  });
  expect(await raised.ofTenant('other')).toEqual([]);
  expect(await reportedOf(alert?.alertId)).toEqual([['AlertRaised', 'demo']]);
  await store.transaction((tx) =>
    raised.resolve(
      tx,
      { tenantId: 'demo', kind: 'without-effect-grows', about: 'contact-unknown' },
      later,
    ),
  );
  expect(await raised.ofTenant('demo')).toMatchObject([
    { alertId: alert?.alertId, state: 'closed', until: later.toISOString() },
  ]);
  expect(await reportedOf(alert?.alertId)).toEqual([
    ['AlertRaised', 'demo'],
    ['AlertResolved', 'demo'],
  ]);
});

test('what is undone with its transaction was not said', async () => {
  const { raised } = started();
  const undone = store.transaction(async (tx) => {
    await raised.raise(tx, { tenantId: 'demo', kind: 'incident-open' }, { count: 1, since });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await raised.ofTenant('demo')).toEqual([]);
});

test('a matter of the service keeps its age over a restart, and is over when nobody sees it any more', async () => {
  const one = started();
  one.state.matters = [alertOf('relay-stalled', { count: 7, since })];
  const [first] = await one.raised.list('demo');
  expect(first).toMatchObject({ kind: 'relay-stalled', owner: 'operator', count: 7 });
  const other = started();
  other.state.matters = [alertOf('relay-stalled', { count: 9, since: later })];
  expect(await other.raised.list('demo')).toEqual([{ ...first, count: 9 }]);
  expect(await other.raised.list('another')).toEqual([{ ...first, count: 9 }]);
  // Nobody can tell whether it is over.
  other.state.isBroken = true;
  expect(await other.raised.list('demo')).toMatchObject([{ state: 'open' }]);
  other.state.isBroken = false;
  other.state.matters = [];
  expect(await other.raised.list('demo')).toMatchObject([
    { alertId: first?.alertId, state: 'closed', since: since.toISOString() },
  ]);
  expect(await reportedOf(first?.alertId)).toEqual([
    ['AlertRaised', '*'],
    ['AlertResolved', '*'],
  ]);
});

test('what cannot be stored is told all the same', async () => {
  const { state, raised } = started();
  state.matters = [alertOf('not-storing', { about: 'disk-full', count: 1, since })];
  await database.queryable.query('ALTER TABLE alerts RENAME TO elsewhere');
  try {
    const [alert, ...others] = await raised.list('demo');
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ kind: 'not-storing', about: 'disk-full', state: 'open' });
    expect(alert).not.toHaveProperty('alertId');
  } finally {
    await database.queryable.query('ALTER TABLE elsewhere RENAME TO alerts');
  }
});

test('that the clocks differ is an alert although nothing is dated meanwhile', async () => {
  const clock = new Clock({ startAt: later });
  const careful = new EventStore({ database, now: () => clock.forDecision() });
  const alerts = new Alerts();
  alerts.addOfService(() =>
    Promise.resolve(clock.isTrusted ? [] : [alertOf('clock-skew', { count: 86_400, since })]),
  );
  const raised = new RaisedAlerts({ database, store: careful, clock, alerts });
  alerts.add((tenantId) => raised.ofTenant(tenantId));
  clock.noteSkew(DAY_MS);
  await raised.look(await alerts.raisedOfService('in-turn'));
  const [open] = await raised.list('demo');
  expect(open).toMatchObject({ alertId: expect.any(String), kind: 'clock-skew', state: 'open' });
  clock.noteSkew(0);
  await raised.look(await alerts.raisedOfService('in-turn'));
  const { events } = await careful.load(`alert-${open?.alertId}`);
  expect(events.map(({ type }) => type)).toEqual(['AlertRaised', 'AlertResolved']);
  for (const { time } of events) expect(time.slice(0, 13)).toBe(later.toISOString().slice(0, 13));
  await careful.close();
});

test('what closed long ago is forgotten by a clock that is trusted alone', async () => {
  const clock = new Clock({ startAt: new Date(later.getTime() + 365 * DAY_MS) });
  const raised = new RaisedAlerts({ database, store, clock, alerts: new Alerts() });
  await raise(raised, 'demo');
  const matter: Matter = {
    tenantId: 'demo',
    kind: 'without-effect-grows',
    about: 'contact-unknown',
  };
  await store.transaction((tx) => raised.resolve(tx, matter, later));
  clock.noteSkew(365 * DAY_MS);
  await raised.forget();
  expect(await raised.ofTenant('demo')).toHaveLength(1);
  clock.noteSkew(0);
  await raised.forget();
  expect(await raised.ofTenant('demo')).toEqual([]);
});

test('two of a kind are two alerts; a kind of another release has no words here', async () => {
  const { state, raised, look } = started();
  state.matters = ['consents', 'suppressions'].map((about) =>
    alertOf('rebuild-failed', { about, count: 1, since }),
  );
  await look();
  await database.queryable.query(
    `INSERT INTO alerts (alert_id, kind, count, since, looked) VALUES ('al_x', 'of-later', 1, now(), false)`,
  );
  expect((await raised.list('demo')).map(({ about }) => about)).toEqual([
    'consents',
    'suppressions',
  ]);
});
