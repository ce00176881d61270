import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ApiKeys,
  bootService,
  createLog,
  Database,
  EventStore,
  type ProjectedEvent,
  RaisedAlerts,
  type RunningService,
} from '@tact/platform';
import { DAY_MS, exampleProof } from '@tact/contracts';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { ingestionService } from '../ingestion-service.ts';
import { CohortMonitor } from './cohort-monitor.ts';
import { CohortProjection } from './cohort.projection.ts';
import { refOf } from '../signals/message-ref-bytes.ts';

type Story = { readonly steps: readonly { readonly at: string; readonly webhook: object }[] };
const story = JSON.parse(
  readFileSync(
    new URL(
      '../../../../packages/testing/fixtures/whatsapp/sequences/07-outage-cohort.json',
      import.meta.url,
    ),
    'utf8',
  ),
) as Story;
const appSecret = 'fixture-app-secret-not-a-real-one';
let server: TestDatabase;
let home: string;
let service: RunningService;

beforeAll(async () => {
  server = await migratedDatabase(ingestionService);
  home = await mkdtemp(join(tmpdir(), 'tact-cohort-'));
  service = await bootService(ingestionService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: appSecret,
      WHATSAPP_VERIFY_TOKEN: 'x',
      WHATSAPP_WABA_IDS: '990010000000101',
      TACT_CLOCK: '2026-11-02T15:30:00.000Z',
      COHORT_LOOK_SECONDS: '3600',
    },
    log: createLog({ service: 'ingestion', level: 'error' }),
  });
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const database = () => service.app.get(Database);
const at = (time: string) => new Date(`2026-11-02T${time}.000Z`);
const look = (now: Date) => service.app.get(CohortMonitor).look(now);
const incidentsOf = async (tenantId: string) =>
  (await service.app.get(EventStore).load(`incidents-${tenantId}`)).events;
const kindsOf = async (tenantId: string) => (await incidentsOf(tenantId)).map(({ type }) => type);

const post = async (webhook: object) => {
  const payload = JSON.stringify(webhook);
  const hmac = createHmac('sha256', appSecret).update(payload).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hmac}` };
  const url = '/v1/webhooks/whatsapp';
  const answer = await service.app.inject({ method: 'POST', url, payload, headers });
  expect(answer.statusCode).toBe(200);
};

const registerAll = async () => {
  const requested = { tenantId: 'demo', scopes: ['admin'] as const, label: 'test' };
  const { key } = await service.app.get(ApiKeys).create(requested);
  const consent = {
    purpose: 'signal-analysis',
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00Z',
    proof: exampleProof,
  };
  for (let nth = 0; nth < 20; nth++) {
    const phone = `+336399810${String(nth).padStart(2, '0')}`;
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/contacts',
      headers: { authorization: `Bearer ${key}` },
      payload: { identities: { phone }, consents: [consent] },
    });
    expect(answer.statusCode).toBe(200);
  }
};

/** Facts as the projection hears them, of a tenant of the test's own. */
const receive = (
  tenantid: string,
  facts: readonly { kind: string; nth: number; at: Date | { $erased: true }; more?: object }[],
) => {
  const events = facts.map(({ kind, nth, at: occurredAt, more }) => ({
    type: 'SignalRecorded',
    tenantid,
    time: occurredAt instanceof Date ? occurredAt.toISOString() : '2026-11-20T10:00:00.000Z',
    data: {
      kind,
      contactId: `ct_${nth}`,
      messageRef: `mr_${nth}`,
      origin: 'whatsapp-webhook',
      occurredAt: occurredAt instanceof Date ? occurredAt.toISOString() : occurredAt,
      ...more,
    },
  })) as unknown as readonly ProjectedEvent<'SignalRecorded'>[];
  return database().transaction((tx) => service.app.get(CohortProjection).handle(tx, events));
};
const people = (count: number) => Array.from({ length: count }, (_, nth) => nth);

describe('the story of an outage', () => {
  test('opens one incident while most are stuck, and closes it when they catch up', async () => {
    await registerAll();
    for (const { webhook } of story.steps.slice(0, -1)) await post(webhook);
    await service.settled();
    await look(at('08:30:00'));
    expect(await kindsOf('demo')).toEqual([]);
    // Two processes look at once, and again.
    for (const now of [at('10:00:00'), at('10:00:15'), at('10:00:30'), at('12:00:00')]) {
      await Promise.all([look(now), look(now)]);
    }
    expect((await incidentsOf('demo')).map(({ data }) => data)).toEqual([
      expect.objectContaining({
        cause: 'delivery-stall',
        from: '2026-11-02T08:00:00.000Z',
        messages: 20,
        stuck: 20,
        openedAt: '2026-11-02T10:00:15.000Z',
      }),
    ]);
    await service.settled();
    const { incidentId } = (await incidentsOf('demo'))[0]!.data as { incidentId: string };
    const alert = { kind: 'incident-open', about: incidentId, since: '2026-11-02T10:00:15.000Z' };
    const alerts = service.app.get(RaisedAlerts);
    expect(await alerts.ofTenant('demo')).toMatchObject([{ ...alert, state: 'open', count: 20 }]);
    expect(await alerts.ofTenant('other')).toEqual([]);
    for (const { webhook } of story.steps.slice(-1)) await post(webhook);
    await service.settled();
    for (const now of [at('14:01:00'), at('14:02:00'), at('18:00:00')]) await look(now);
    const [opened, closed, ...more] = await incidentsOf('demo');
    expect(more).toEqual([]);
    expect(closed).toMatchObject({
      type: 'IncidentClosed',
      subject: 'demo',
      data: { until: '2026-11-02T14:01:00.000Z' },
    });
    expect(closed?.data).toMatchObject({
      incidentId: (opened!.data as { incidentId: string }).incidentId,
    });
    await service.settled();
    expect(await alerts.ofTenant('demo')).toMatchObject([
      { ...alert, state: 'closed', until: '2026-11-02T14:01:00.000Z' },
    ]);
  });

  test('keeps hours, fingerprints and random ids, and no exact time', async () => {
    const rows = await database().queryable.query(
      `SELECT * FROM cohort_messages WHERE tenant_id = 'demo'`,
    );
    expect(rows).toHaveLength(20);
    for (const { sent_hour, contact_id, message_ref } of rows) {
      expect(sent_hour).toEqual(at('08:00:00'));
      expect([contact_id, refOf(message_ref as Buffer)]).toEqual([
        expect.stringMatching(/^ct_/),
        expect.stringMatching(/^mr_/),
      ]);
    }
  });
});

describe('the cohort', () => {
  const openedFor = async (tenantId: string) => {
    await look(at('10:10:00'));
    await look(at('10:10:20'));
    return kindsOf(tenantId);
  };
  const sent = (nth: number, more: object = {}) => ({
    kind: 'message-sent',
    nth,
    at: at('08:10:00'),
    ...more,
  });
  const delivered = (nth: number) => ({ kind: 'message-delivered', nth, at: at('08:11:00') });

  test('takes facts in any order and as often as they are told', async () => {
    const facts = [...people(30).map((nth) => sent(nth)), ...people(20).map(delivered)];
    await receive('ordered', facts);
    await receive('turned', [...facts].toReversed());
    await receive('turned', facts);
    const rowsOf = (tenantId: string) =>
      database().queryable.query(
        `SELECT message_ref, contact_id, sent_hour, answered_hour FROM cohort_messages
         WHERE tenant_id = $1 ORDER BY 1`,
        [tenantId],
      );
    expect(await rowsOf('turned')).toEqual(await rowsOf('ordered'));
    expect(await openedFor('ordered')).toEqual([]);
  });

  test('counts people, not messages', async () => {
    await receive(
      'one-person',
      people(60).map((nth) => sent(nth, { more: { contactId: `ct_${nth % 5}` } })),
    );
    expect(await openedFor('one-person')).toEqual([]);
  });

  test('is not made of a history, of an import, or of the erased', async () => {
    await receive(
      'history',
      people(30).map((nth) => sent(nth, { more: { backfill: true } })),
    );
    await receive(
      'imported',
      people(30).map((nth) => sent(nth, { more: { origin: 'crm-import' } })),
    );
    await receive(
      'erased',
      people(30).map((nth) => sent(nth, { at: { $erased: true } })),
    );
    for (const tenant of ['history', 'imported', 'erased']) {
      expect(await openedFor(tenant)).toEqual([]);
    }
  });

  test('of one tenant says nothing of another', async () => {
    await receive(
      'stuck',
      people(25).map((nth) => sent(nth)),
    );
    await receive('well', [...people(25).map((nth) => sent(nth)), ...people(25).map(delivered)]);
    expect(await openedFor('stuck')).toEqual(['IncidentOpened']);
    expect(await kindsOf('well')).toEqual([]);
  });

  test('becomes counts of hours after three days, without those of an incident or of few', async () => {
    const late = { kind: 'message-delivered', at: at('10:30:00') };
    await receive('aged', [
      ...people(30).map((nth) => sent(nth)),
      ...people(25).map(delivered),
      ...[25, 26].map((nth) => ({ ...late, nth })),
      ...[30, 31].map((nth) => ({ ...sent(nth), at: at('09:10:00') })),
    ]);
    const later = new Date(at('10:00:00').getTime() + 3 * DAY_MS);
    await look(later);
    await receive('aged', [sent(99)]);
    await look(later);
    const hours = await database().queryable.query(
      'SELECT tenant_id, hour, contacts, late FROM cohort_hours ORDER BY 1',
    );
    // The others of that hour were all well, were one person's crowd, or had their incident.
    expect(hours.filter((row) => (row as { tenant_id: string }).tenant_id === 'aged')).toEqual([
      { tenant_id: 'aged', hour: at('08:00:00'), contacts: 30, late: 5 },
    ]);
    expect(hours.map((row) => (row as { tenant_id: string }).tenant_id)).toEqual(
      expect.not.arrayContaining(['demo', 'one-person', 'stuck']),
    );
  });
});
