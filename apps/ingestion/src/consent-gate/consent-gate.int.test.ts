import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { analysisEventTypes } from '@tact/domain';
import {
  type ConsumedEvent,
  Database,
  type RunningService,
  ServiceConfig,
  Vault,
  bootService,
  createLog,
} from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import type { ConsentGateSettings } from './settings.ts';
import { ConsentGateConsumer } from './consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate.ts';
import { liftsForgotten } from './schema.ts';
import { GateStaleness } from './staleness.ts';
import { ingestionService } from '../ingestion-service.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;

const start = (more: Record<string, string> = {}) =>
  bootService(ingestionService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: 'x',
      WHATSAPP_VERIFY_TOKEN: 'x',
      WHATSAPP_WABA_IDS: '1',
      GATE_LOOK_SECONDS: '3600',
      ...more,
    },
    log: createLog({ service: 'ingestion', level: 'error' }),
  });

beforeAll(async () => {
  server = await migratedDatabase(ingestionService);
  home = await mkdtemp(join(tmpdir(), 'tact-gate-'));
  service = await start();
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;
const receive = (contactId: string, type: string, data: object) =>
  service.app
    .get(Database)
    .transaction((tx) =>
      service.app
        .get(ConsentGateConsumer)
        .handle(tx, [
          { type, tenantid: 'demo', data: { contactId, ...data } } as ConsumedEvent<
            (typeof analysisEventTypes)[number]
          >,
        ]),
    );
const consent = (at: string) => ({ purpose: 'signal-analysis', channel: 'whatsapp', at });
const objection = (at: string) => ({ scope: 'everything', at });
const isOpen = async (contactId: string) => {
  const [admission] = await service.app.get(ConsentGate).admitContacts('demo', [contactId]);
  return typeof admission === 'object';
};
const newContact = async (): Promise<string> => {
  const { app } = service;
  const known = await app
    .get(Database)
    .transaction((tx) =>
      app.get(Vault).register(tx, 'demo', { crmId: `crm-${randomInt(2 ** 40)}` }),
    );
  return 'contactId' in known ? known.contactId : '';
};
const stranger = () => `ct_${randomInt(2 ** 40)}`;

describe('the gate', () => {
  test('closes at an objection, whatever the order it is heard in, and opens when the person agrees anew', async () => {
    const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
    const reported = [
      ['ConsentGiven', consent(day(1))],
      ['ContactSuppressed', objection(day(3))],
      ['ConsentGiven', consent(day(2))],
    ] as const;
    for (const order of [reported, reported.toReversed()]) {
      const contactId = await newContact();
      for (const [type, data] of order) await receive(contactId, type, data);
      expect(await isOpen(contactId)).toBe(false);
      await receive(contactId, 'ConsentGiven', consent(day(4)));
      expect(await isOpen(contactId)).toBe(false);
      await receive(contactId, 'ConsentGiven', { ...consent(day(5)), witness });
      expect(await isOpen(contactId)).toBe(true);
    }
  });

  test('an upgrade closes it again where a word that lets us write had opened it', async () => {
    const contactId = await newContact();
    await receive(contactId, 'ConsentGiven', consent(day(1)));
    await receive(contactId, 'ContactSuppressed', objection(day(2)));
    const { queryable } = service.app.get(Database);
    await queryable.query('UPDATE signal_suppressions SET lifted_at = $2 WHERE contact_id = $1', [
      contactId,
      day(3),
    ]);
    expect(await isOpen(contactId)).toBe(true);
    await queryable.query(liftsForgotten);
    expect(await isOpen(contactId)).toBe(false);
  });

  test('stays open for who wants no promotions', async () => {
    const contactId = await newContact();
    await receive(contactId, 'ConsentGiven', consent(day(1)));
    await receive(contactId, 'ContactSuppressed', { scope: 'marketing', at: day(2) });
    expect(await isOpen(contactId)).toBe(true);
  });

  test('is closed for ever by the fence', async () => {
    const contactId = await newContact();
    await receive(contactId, 'SubjectFenced', { throughRevision: 1, at: day(1) });
    await receive(contactId, 'SubjectFenced', { throughRevision: 1, at: day(1) });
    await receive(contactId, 'ConsentGiven', consent(day(9)));
    expect(await isOpen(contactId)).toBe(false);
  });

  test('asks the same questions about a stranger, a refuser and a friend', async () => {
    const { app } = service;
    const [gate, database, vault] = [app.get(ConsentGate), app.get(Database), app.get(Vault)];
    const phones = [1, 2, 3].map(() => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`);
    const ids = await database.transaction((tx) =>
      vault.registerMany(
        tx,
        'demo',
        phones.slice(1).map((phone) => ({ phone })),
      ),
    );
    const friend = 'contactId' in ids[1]! ? ids[1].contactId : '';
    await receive(friend, 'ConsentGiven', consent(day(1)));
    const asked: number[] = [];
    for (const phone of phones) {
      const spies = [
        jest.spyOn(database.queryable, 'query'),
        jest.spyOn(vault, 'ownersPart'),
      ] as const;
      await gate.admit('demo', [{ phone }]);
      // Others of the service ask the database in the background; the gate's own questions have its name.
      const own = spies[0].mock.calls.filter(([, , name]) => name === 'consent_gate');
      asked.push(own.length, spies[1].mock.calls.length);
      for (const spy of spies) spy.mockRestore();
    }
    expect(asked).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('a gate that has not heard everything for too long', () => {
  test('admits nobody and says to come again, also after a restart, until it has', async () => {
    await service.stop();
    const query = async (text: string) => {
      const other = await start();
      await other.app.get(Database).queryable.query(text);
      await other.stop();
    };
    await query(`UPDATE gate_freshness SET fresh_at = now() - interval '2 hours'`);
    service = await start();
    const gate = service.app.get(ConsentGate);
    await expect(gate.admit('demo', [{ crmId: 'x' }])).rejects.toThrow();
    await expect(gate.admitContacts('demo', [stranger()])).rejects.toMatchObject({
      slug: 'unavailable',
    });
    const health = await service.app.inject({ method: 'GET', url: '/health/ready' });
    expect(health.json()).toMatchObject({ checks: { 'consent-gate': 'down' } });
    await service.settled();
    await service.app.get(GateStaleness).look();
    expect(await gate.admit('demo', [{ crmId: 'x' }])).toEqual(['contact-unknown']);
  }, 60_000);

  test('with a legitimate interest admits its own contacts, unless they refused, and nobody else’s', async () => {
    const more = { LAWFUL_BASIS: 'legitimate-interest', BALANCING_TEST_REFERENCE: 'LIA-2026-3' };
    const other = await start(more);
    const known = await other.app.get(Database).transaction((tx) =>
      other.app.get(Vault).registerMany(
        tx,
        'demo',
        [1, 2].map(() => ({ crmId: `crm-${randomInt(2 ** 40)}` })),
      ),
    );
    const [silent = '', refuser = ''] = known.map((one) =>
      'contactId' in one ? one.contactId : '',
    );
    await receive(refuser, 'ConsentWithdrawn', consent(day(1)));
    const ids = [silent, refuser, stranger()];
    const gate = other.app.get(ConsentGate);
    const admissions = await gate.admitContacts('demo', ids);
    expect(admissions).toEqual([{ contactId: silent }, 'consent-missing', 'consent-missing']);
    expect(await gate.admitContacts('other', [silent])).toEqual(['consent-missing']);
    await other.stop();
  }, 60_000);

  test('is as fresh as what it has read, though the log never comes to its end', async () => {
    const { app } = service;
    let [second, committed] = [0, 100];
    const clock = { now: () => new Date(Date.UTC(2030, 0, 1) + second * 1000) };
    const partition = () => ({ topic: 't', partition: 0, committed, end: committed + 7, lag: 7 });
    const lags = { of: () => Promise.resolve([partition()]) };
    const config = app.get<ServiceConfig<ConsentGateSettings>>(ServiceConfig);
    const freshness = new GateStaleness(app.get(Database), lags as never, clock as never, config);
    const ages = [];
    for (; second < 30; second += 5) {
      await freshness.look();
      ages.push(freshness.ageSeconds);
      committed += 10;
    }
    expect(ages).toEqual([Infinity, 5, 5, 5, 5, 5]);
    committed -= 10;
    for (; second < 60; second += 5) await freshness.look();
    expect(freshness.ageSeconds).toBeGreaterThan(30);
  });

  test('is refused a legitimate interest without its balancing test', async () => {
    await expect(start({ LAWFUL_BASIS: 'legitimate-interest' })).rejects.toThrow(
      /BALANCING_TEST_REFERENCE/,
    );
  });
});
