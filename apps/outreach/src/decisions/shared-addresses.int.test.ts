import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Channel, ContactDecision } from '@tact/contracts';
import { ApiKeys, type ConsumedEvent, Database, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { factOf, now, proof, zoneFact } from '../testing/policy-facts.ts';
import { FollowContactsConsumer } from './follow-contacts.consumer.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let key: string;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-addresses-'));
  service = await bootOutreach(server.url, home);
  const asked = { tenantId: 'demo', scopes: ['admin'], label: 'test' } as const;
  ({ key } = await service.app.get(ApiKeys).create(asked));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const consent = (contactId: string, channel: Channel) =>
  factOf({
    kind: 'give-consent',
    contactId,
    purpose: 'marketing',
    channel,
    proof,
    at: '2026-01-05T09:00:00.000Z',
    consentId: `co_${randomUUID().replaceAll('-', '')}`,
  });
const known = async (...emails: readonly string[]): Promise<string> => {
  const database = service.app.get(Database);
  return database.transaction(async (tx) => {
    const vault = service.app.get(Vault);
    const done = await vault.register(tx, 'demo', { crmId: randomUUID() });
    if ('conflict' in done) throw new Error('a drawn id is nobody else’s');
    const { contactId } = done;
    for (const email of emails) {
      await vault.addIdentities(tx, { tenantId: 'demo', subject: contactId }, { email });
    }
    const facts = [
      zoneFact(contactId),
      consent(contactId, 'email'),
      consent(contactId, 'whatsapp'),
    ];
    await service.app.get(ContactPolicies).runIn(tx, facts);
    return contactId;
  });
};
const post = (url: string, payload: object) =>
  service.app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${key}` } });
const reasons = async (contactId: string, channel: Channel) => {
  const answer = await post('/v1/contact-decisions', { contactId, channel, purpose: 'marketing' });
  return answer.json<ContactDecision>().reasons.map(({ reason }) => reason);
};
const withdraws = async (contactId: string, channel: Channel) => {
  const withdrawal = { contactId, purpose: 'marketing', channel, at: now, proof };
  expect((await post('/v1/consents/withdrawals', withdrawal)).statusCode).toBe(201);
  await service.settled();
};
const emailOf = () => `${randomUUID()}@exemple.fr`;

test('who shares a refused address is bound on its channel alone, and nobody beyond', async () => {
  const [home1, work] = [emailOf(), emailOf()];
  const [one, two, colleague, other] = [
    await known(home1),
    await known(home1, work),
    await known(work),
    await known(emailOf()),
  ];
  await withdraws(one, 'email');
  expect(await reasons(two, 'email')).toEqual(['consent-withdrawn']);
  expect(await reasons(two, 'whatsapp')).toEqual(['allowed']);
  expect(await reasons(colleague, 'email')).toEqual(['allowed']);
  expect(await reasons(other, 'email')).toEqual(['allowed']);
});

test('a refusal on another channel is of the person alone', async () => {
  const email = emailOf();
  const [one, two] = [await known(email), await known(email)];
  await withdraws(one, 'phone');
  expect([await reasons(two, 'email'), await reasons(two, 'whatsapp')]).toEqual([
    ['allowed'],
    ['allowed'],
  ]);
});

test('who has a refused address from now on is bound as well', async () => {
  const email = emailOf();
  await withdraws(await known(email), 'email');
  const newcomer = await known(email);
  expect(await reasons(newcomer, 'email')).toEqual(['allowed']);
  const registered = {
    id: randomUUID(),
    correlationid: randomUUID(),
    type: 'ContactRegistered',
    tenantid: 'demo',
    data: { contactId: newcomer, identities: { email } },
  };
  await service.app
    .get(Database)
    .transaction((tx) =>
      service.app
        .get(FollowContactsConsumer)
        .handle(tx, [registered as unknown as ConsumedEvent<'ContactRegistered'>]),
    );
  expect(await reasons(newcomer, 'email')).toEqual(['consent-withdrawn']);
});
