import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Alert } from '@tact/contracts';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';
import { accessMigrations } from '../http/access/access-migrations.ts';
import type { MailOutcome } from '../mail/mail.ts';
import type { MailToSend } from '../mail/mailer.ts';
import { Alerts } from '../observability/alerts.ts';
import { createLog } from '../observability/logger.ts';
import { openDatabase } from '../postgres/database.ts';
import type { Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { AlertMails } from './alert-mails.ts';
import { alertMailMigrations } from './schema.ts';

let server: TestDatabase;
let database: Database;
let access: Database;
let now = Date.parse('2026-11-29T10:00:00Z');
const MINUTE_MS = 60_000;

const parked: Alert = {
  kind: 'keys-parked',
  state: 'open',
  since: '2026-11-29T10:00:00.000Z',
  count: 1,
  what: 'Records were set aside.',
  todo: 'tact parked shows them.',
};

/** What the service is alerted of, and its mailer: what it was given, and what it answers next. */
const operator = () => {
  const state = { open: [] as Alert[], tenants: {} as Record<string, Alert[]>, isBroken: false };
  const sent: MailToSend[] = [];
  const answers: MailOutcome[] = [];
  const alerts = new Alerts();
  alerts.addOfService(() =>
    state.isBroken ? Promise.reject(new Error('down')) : Promise.resolve(state.open),
  );
  alerts.add((tenantId) => Promise.resolve(state.tenants[tenantId] ?? []));
  const mails = () =>
    new AlertMails({
      database,
      alerts,
      clock: { now: () => new Date(now), isTrusted: true },
      service: 'ingestion',
      log: createLog({ service: 'ingestion', level: 'silent' }),
      language: 'en',
      to: 'operator@example.org',
      mailer: {
        send: (mail) => {
          sent.push(mail);
          return Promise.resolve(answers.shift() ?? { outcome: 'sent' });
        },
      },
    });
  return { state, sent, answers, mails };
};

const states = async () =>
  (
    await database.queryable.query<{ state: string }>(
      'SELECT state FROM alert_mails ORDER BY raised_at',
    )
  ).map(({ state }) => state);

beforeAll(async () => {
  server = await testDatabase();
  access = await openDatabase({ url: server.url, schema: 'access' });
  await migrate(access, accessMigrations);
  database = await openDatabase({ url: server.url, schema: 'ingestion' });
  await migrate(database, alertMailMigrations);
  await access.queryable.query(
    `INSERT INTO access.api_keys (key_hash, key_id, tenant_id, scopes, label, created_at)
     SELECT sha256(t::bytea), t, t, '{admin}', 'x', now() FROM unnest(ARRAY['demo', 'other']) AS t`,
  );
}, 60_000);
beforeEach(() => database.queryable.query('DELETE FROM alert_mails'));
afterAll(async () => {
  await database?.close();
  await access?.close();
  await server?.drop();
});

test('an alert is mailed once, whoever looks and however often, and again when it is raised again', async () => {
  const { state, sent, mails } = operator();
  await mails().run();
  state.open = [parked];
  const [one, other] = [mails(), mails()];
  await Promise.all([one.run(), other.run()]);
  await mails().run();
  expect(sent.map(({ to, document }) => [to, document.subject])).toEqual([
    ['operator@example.org', '[Tact] Alert: keys-parked (ingestion)'],
  ]);
  // More of the same is the same alert.
  state.open = [{ ...parked, count: 7 }];
  await mails().run();
  expect(sent).toHaveLength(1);
  state.open = [];
  await mails().run();
  state.open = [parked];
  now += MINUTE_MS;
  await mails().run();
  expect(sent).toHaveLength(2);
  expect(sent[0]?.idempotencyId).not.toBe(sent[1]?.idempotencyId);
});

test('what cannot be read for a while is not raised anew', async () => {
  const { state, sent, mails } = operator();
  state.open = [parked];
  await mails().run();
  state.isBroken = true;
  await mails().run();
  state.isBroken = false;
  await mails().run();
  expect(sent).toHaveLength(1);
});

test('each tenant’s alert is its own', async () => {
  const { state, sent, mails } = operator();
  const grows: Alert = { ...parked, kind: 'without-effect-grows', reason: 'contact-unknown' };
  state.tenants = { demo: [grows], other: [grows, { ...grows, state: 'closed' }] };
  await mails().run();
  expect(sent.map(({ document }) => JSON.stringify(document.blocks)).toSorted()).toEqual([
    expect.stringContaining('["Tenant","demo"]'),
    expect.stringContaining('["Tenant","other"]'),
  ]);
});

test('what the server does not take now is tried again, later and later, under the same id', async () => {
  const { state, sent, answers, mails } = operator();
  state.open = [parked];
  const later: MailOutcome = { outcome: 'deferred', why: 'no-connection' };
  answers.push(later, later);
  await mails().run();
  await mails().run();
  expect([sent.length, await states()]).toEqual([1, ['waiting']]);
  now += MINUTE_MS;
  await mails().run();
  now += MINUTE_MS;
  await mails().run();
  expect(sent).toHaveLength(2);
  now += MINUTE_MS;
  await mails().run();
  expect([sent.length, await states()]).toEqual([3, ['sent']]);
  expect(new Set(sent.map(({ idempotencyId }) => idempotencyId)).size).toBe(1);
});

test.each<Extract<MailOutcome, { outcome: 'refused' }>>([
  { outcome: 'refused', why: 'authentication', replyCode: 535 },
  { outcome: 'refused', why: 'sender', replyCode: 550 },
  { outcome: 'refused', why: 'protocol', replyCode: 503 },
])('a setting that is wrong ($why) is mended, and the alert is mailed then', async (wrong) => {
  const { state, sent, answers, mails } = operator();
  state.open = [parked];
  answers.push(wrong);
  await mails().run();
  expect(await states()).toEqual(['waiting']);
  now += MINUTE_MS;
  await mails().run();
  expect([sent.length, await states()]).toEqual([2, ['sent']]);
});

test.each<MailOutcome>([
  { outcome: 'unknown' },
  { outcome: 'refused', why: 'recipient', replyCode: 550 },
  { outcome: 'refused', why: 'content', replyCode: 554 },
])('$outcome is the end of it', async (reported) => {
  const { state, sent, answers, mails } = operator();
  state.open = [parked];
  answers.push(reported);
  for (let turn = 0; turn < 3; turn += 1, now += 60 * MINUTE_MS) await mails().run();
  expect([sent.length, await states()]).toEqual([1, [reported.outcome]]);
});

test('a process that ended while sending leaves it unknown, and nobody sends it again', async () => {
  const { state, sent, mails } = operator();
  state.open = [parked];
  await mails().run();
  await database.queryable.query(`UPDATE alert_mails SET state = 'sending', settled_at = NULL`);
  await mails().run();
  expect(await states()).toEqual(['sending']);
  now += 11 * MINUTE_MS;
  await mails().run();
  expect([sent.length, await states()]).toEqual([1, ['unknown']]);
});
