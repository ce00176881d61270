import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ContactDecision } from '@tact/contracts';
import { ApiKeys, Database, EventStore, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { streamOf } from '../ledger/counted-messages.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, factOf, proof, zoneFact } from '../testing/policy-facts.ts';
import { FollowContactsConsumer } from './follow-contacts.consumer.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let key: string;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-linked-'));
  service = await bootOutreach(server.url, home);
  const asked = { tenantId: 'demo', scopes: ['admin' as const], label: 'test' };
  ({ key } = await service.app.get(ApiKeys).create(asked));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const contactWith = (factsOf: (contactId: string) => readonly PolicyFact[]): Promise<string> =>
  service.app.get(Database).transaction(async (tx) => {
    const known = await service.app.get(Vault).register(tx, 'demo', { crmId: randomUUID() });
    if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
    await service.app.get(ContactPolicies).runIn(tx, factsOf(known.contactId));
    return known.contactId;
  });
const agreed = (contactId: string) => [zoneFact(contactId), consentFact(contactId)];
const withdrawn = (at: string) => (contactId: string) => {
  const consentId = `co_${randomUUID().replaceAll('-', '')}`;
  const of = { purpose: 'marketing', channel: 'whatsapp', proof, at, consentId } as const;
  return [...agreed(contactId), factOf({ kind: 'withdraw-consent', contactId, ...of })];
};
const link = async (contactId: string, otherContactId: string) => {
  const event = {
    id: randomUUID(),
    correlationid: randomUUID(),
    tenantid: 'demo',
    type: 'ContactLinked',
    data: { contactId, otherContactId, direction: 'previous' },
  };
  const consumer = service.app.get(FollowContactsConsumer);
  const handle = () =>
    service.app.get(Database).transaction((tx) => consumer.handle(tx, [event as never]));
  await handle();
  await handle();
};
const reasons = async (contactId: string) => {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/contact-decisions',
    headers: { authorization: `Bearer ${key}` },
    payload: { contactId, channel: 'whatsapp', purpose: 'marketing' },
  });
  return answer.json<ContactDecision>().reasons.map(({ reason }) => reason);
};

test('a withdrawal holds for the contact the person goes on as, by its own time and once', async () => {
  const earlier = await contactWith(withdrawn('2026-11-01T09:00:00.000Z'));
  const later = await contactWith(agreed);
  await link(later, earlier);
  expect(await reasons(later)).toEqual(['consent-withdrawn']);
  const { events } = await service.app.get(EventStore).load(streamOf(later));
  expect(events.filter(({ type }) => type === 'ConsentWithdrawn')).toMatchObject([
    { data: { contactId: later, at: '2026-11-01T09:00:00.000Z' } },
  ]);
});

test('what the person agreed to later, as the other contact, stands', async () => {
  const earlier = await contactWith(withdrawn('2025-11-01T09:00:00.000Z'));
  const later = await contactWith(agreed);
  await link(later, earlier);
  expect(await reasons(later)).toEqual(['allowed']);
});

test('an agreement goes nowhere', async () => {
  const [earlier, later] = [await contactWith(agreed), await contactWith((id) => [zoneFact(id)])];
  await link(later, earlier);
  expect(await reasons(later)).toContain('consent-missing');
});
