import { expect, test } from '@jest/globals';
import { AlertList, type Scope, HOUR_MS } from '@tact/contracts';
import { Database, RaisedAlerts } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  now,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { GrowthAlerts } from './growth-alerts.ts';

const { webhook, keyOf, running } = ingestionUnderTest();

const look = (afterMs: number): Promise<void> =>
  running()
    .app.get(GrowthAlerts)
    .look(new Date(Date.parse(now) + afterMs));

const alertsOf = async (
  tenantId: string,
  scopes: readonly Scope[] = ['admin'],
  url = '/v1/alerts',
) => {
  const authorization = `Bearer ${await keyOf(tenantId, scopes)}`;
  const answer = await running().app.inject({ method: 'GET', url, headers: { authorization } });
  return { status: answer.statusCode, body: answer.json<object>() };
};

const itemsOf = async (tenantId: string, url?: string) =>
  AlertList.parse((await alertsOf(tenantId, ['admin'], url)).body).items;

/** Parts about people nobody knows: taken, and without effect. */
const strangers = (count: number) =>
  webhook({
    statuses: Array.from({ length: count }, () => ({
      id: wamid(),
      status: 'sent',
      timestamp: daysAgo(1),
      recipient_id: newPhone(),
    })),
  });

test('a reason that grows raises an alert, of its tenant alone, which closes itself', async () => {
  const { queryable } = running().app.get(Database);
  await strangers(19);
  await look(0);
  expect(await itemsOf('demo')).toEqual([]);
  await strangers(30);
  await look(1_000);
  await look(2_000);
  const [alert, ...others] = await itemsOf('demo');
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    kind: 'without-effect-grows',
    reason: 'contact-unknown',
    state: 'open',
    count: 49,
    since: new Date(Date.parse(now) + 1_000).toISOString(),
    what: 'No contact with this number or id is registered.',
  });
  expect(alert?.todo).toMatch(/registers its contacts/);
  expect(await itemsOf('demo', '/alerts')).toEqual([alert]);
  expect(await itemsOf('another')).toEqual([]);
  // Two hours later nothing of it is recent any more.
  await look(3 * HOUR_MS);
  expect(await itemsOf('demo')).toMatchObject([{ state: 'closed', reason: 'contact-unknown' }]);
  const metrics = await running().app.inject('/metrics');
  expect(metrics.body).toMatch(
    /tact_parts_without_effect_total\{[^}]*reason="contact-unknown"[^}]*\} 49/,
  );
  expect(await queryable.query('SELECT count(*)::int AS n FROM alerts')).toEqual([{ n: 1 }]);
});

test('what is usual for a tenant raises nothing', async () => {
  const { queryable } = running().app.get(Database);
  await queryable.query(
    `INSERT INTO parts_without_effect (tenant_id, hour, reason, parts)
     SELECT 'busy', $1::timestamptz - nth * interval '1 hour', 'consent-missing', 100
     FROM generate_series(0, 167) AS nth`,
    [now],
  );
  await look(0);
  expect(await itemsOf('busy')).toEqual([]);
});

test('what is the matter with the service is told to an operator alone', async () => {
  const raised = { kind: 'not-storing', about: 'disk-full' } as const;
  const alerts = running().app.get(RaisedAlerts);
  await alerts.within((tx) => alerts.raise(tx, raised, { count: 1, since: new Date(now) }));
  const kindsOf = async (scopes: readonly Scope[]) => {
    const { items } = AlertList.parse((await alertsOf('another', scopes, '/alerts')).body);
    return items.map(({ kind }) => kind);
  };
  expect(await kindsOf(['admin'])).toEqual([]);
  expect(await kindsOf(['operator'])).toEqual(['not-storing']);
  expect((await alertsOf('another', ['scores:read'], '/alerts')).status).toBe(403);
});

test('only an administrator sees them', async () => {
  expect((await alertsOf('demo', ['scores:read'])).status).toBe(403);
});
