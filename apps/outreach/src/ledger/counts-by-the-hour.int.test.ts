import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ContactDecision, DAY_MS, type EventDataOf, HOUR_MS } from '@tact/contracts';
import { ApiKeys, Clock, Database, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { FollowContactsConsumer } from '../decisions/follow-contacts.consumer.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, now, zoneFact } from '../testing/policy-facts.ts';
import { ContactPolicies } from './contact-policies.ts';
import { streamOf } from './counted-messages.ts';
import { ForgetCountedMessages } from './forget-counted-messages.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let database: Database;
let key: string;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-hours-'));
  service = await bootOutreach(server.url, home);
  database = service.app.get(Database);
  const asked = { tenantId: 'demo', scopes: ['admin' as const], label: 'test' };
  ({ key } = await service.app.get(ApiKeys).create(asked));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const reachable = async (): Promise<string> => {
  const known = await database.transaction((tx) =>
    service.app.get(Vault).register(tx, 'demo', { crmId: randomUUID() }),
  );
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  const { contactId } = known;
  const facts = [zoneFact(contactId), consentFact(contactId)];
  await database.transaction((tx) => service.app.get(ContactPolicies).runIn(tx, facts));
  return contactId;
};
const decide = async (contactId: string, reserve = false) => {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/contact-decisions',
    headers: { authorization: `Bearer ${key}` },
    payload: { contactId, channel: 'whatsapp', purpose: 'marketing', reserve },
  });
  return answer.json<ContactDecision>();
};
const reasons = async (contactId: string) =>
  (await decide(contactId)).reasons.map(({ reason }) => reason);

type Received = { type: string; id?: string; causationid?: string; data: object };
const receive = (...events: readonly Received[]) =>
  database.transaction((tx) =>
    service.app.get(FollowContactsConsumer).handle(
      tx,
      events.map((event) => ({
        id: randomUUID(),
        correlationid: randomUUID(),
        tenantid: 'demo',
        ...event,
      })) as never,
    ),
  );
const newRef = () => `mr_${randomUUID().replaceAll('-', '')}`;
const countId = (ref: string) => service.app.get(Vault).countId('demo', ref);
const hour = now;
const counted = (
  contactId: string,
  ref = newRef(),
  more: Partial<EventDataOf<'MessageCounted'>> = {},
): Received => ({
  type: 'MessageCounted',
  id: countId(ref),
  data: { contactId, hour, messageCategory: 'marketing', ...more },
});
const none = (contactId: string, ref: string): Received => ({
  type: 'MessageCounted',
  causationid: countId(ref),
  data: { contactId, hour, isNone: true },
});
const signal = (contactId: string, messageRef: string, kind = 'message-delivered'): Received => ({
  type: 'SignalRecorded',
  data: { contactId, kind, occurredAt: now, origin: 'whatsapp-webhook', messageRef },
});
const three = (contactId: string) => [1, 2, 3].map(() => counted(contactId));

describe('messages to somebody who is not analysed', () => {
  test('use the cap up', async () => {
    const contactId = await reachable();
    expect(await reasons(contactId)).toEqual(['allowed']);
    const facts = three(contactId);
    await receive(...facts.slice(0, 2), ...facts.slice(0, 2));
    expect(await reasons(contactId)).toEqual(['allowed']);
    await receive(...facts);
    expect(await reasons(contactId)).toEqual(['pressure-cap-reached']);
    // The last instant of the hour, and a day.
    const { nextAllowedAt } = await decide(contactId);
    expect(Date.parse(nextAllowedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(hour) + HOUR_MS + DAY_MS - 1,
    );
  });

  test('and count once for who agrees, or withdraws, between two statuses', async () => {
    const contactId = await reachable();
    const refs = [newRef(), newRef()] as const;
    await receive(counted(contactId, refs[0]), signal(contactId, refs[0]));
    await receive(signal(contactId, refs[1]), counted(contactId, refs[1]));
    expect(await reasons(contactId)).toEqual(['allowed']);
    await receive(counted(contactId));
    expect(await reasons(contactId)).toEqual(['pressure-cap-reached']);
  });

  test('that are needed are free', async () => {
    const contactId = await reachable();
    const free = { messageCategory: 'utility' } as const;
    await receive(...[1, 2, 3].map(() => counted(contactId, newRef(), free)));
    expect(await reasons(contactId)).toEqual(['allowed']);
  });

  test('count for the contact the person goes on as', async () => {
    const [earlier, later] = [await reachable(), await reachable()];
    await receive(...three(earlier));
    const link = { contactId: later, otherContactId: earlier, direction: 'previous' };
    await receive({ type: 'ContactLinked', data: link });
    expect(await reasons(later)).toEqual(['pressure-cap-reached']);
  });

  test('never hide a promise', async () => {
    const contactId = await reachable();
    expect((await decide(contactId, true)).decision).toBe('allowed');
    await receive(counted(contactId), counted(contactId));
    expect(await reasons(contactId)).toEqual(['pressure-cap-reached']);
  });

  test('and turn out to be none use nothing up, whichever is told first, and whoever tells it', async () => {
    const contactId = await reachable();
    const refs = [newRef(), newRef(), newRef()] as const;
    await receive(none(contactId, refs[0]), counted(contactId, refs[0]));
    await receive(counted(contactId, refs[1]), none(contactId, refs[1]));
    await receive(counted(contactId, refs[2]), signal(contactId, refs[2], 'reaction-sent'));
    await receive(none(contactId, refs[0]), counted(contactId, refs[2]));
    await receive(counted(contactId), counted(contactId));
    expect(await reasons(contactId)).toEqual(['allowed']);
    await receive(counted(contactId));
    expect(await reasons(contactId)).toEqual(['pressure-cap-reached']);
  });

  test('stand in no snapshot, however long the stream', async () => {
    const contactId = await reachable();
    await receive(...three(contactId));
    for (let nth = 0; nth < 20; nth += 1) await decide(contactId);
    const [kept] = await database.queryable.query<{ version: number }>(
      'SELECT version FROM snapshots WHERE stream = $1',
      [streamOf(contactId)],
    );
    expect(kept).toBeDefined();
    await database.queryable.query('DELETE FROM counted_messages WHERE contact_id = $1', [
      contactId,
    ]);
    expect(await reasons(contactId)).toEqual(['allowed']);
  });
});

test('after 48 hours none is left, and one told too late is not kept', async () => {
  const contactId = await reachable();
  const ref = newRef();
  await receive(...three(contactId), signal(contactId, ref), none(contactId, newRef()));
  const kept = async () =>
    (
      await database.queryable.query<{ id: string }>(
        'SELECT event_id AS id FROM counted_messages WHERE contact_id = $1',
        [contactId],
      )
    ).map(({ id }) => id);
  expect(await kept()).toHaveLength(5);
  const { app } = service;
  app.get(Clock).moveTo(2 * DAY_MS - 60_000);
  await app.get(ForgetCountedMessages).run();
  expect(await kept()).toHaveLength(5);
  app.get(Clock).moveTo(2 * DAY_MS + 60_000);
  const again = await app.get(ForgetCountedMessages).run();
  expect(again).toEqual({ runAt: new Date(Date.parse(now) + 2 * DAY_MS + HOUR_MS) });
  expect(await kept()).toEqual([countId(ref)]);
  await receive(counted(contactId));
  expect(await kept()).toEqual([countId(ref)]);
});
