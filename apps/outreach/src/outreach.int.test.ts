import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  ConsentList,
  ConsentReceipt,
  type ContactDecision,
  type EventDataOf,
  isErased,
  DAY_MS,
} from '@tact/contracts';
import {
  ApiKeys,
  type ConsumedEvent,
  Database,
  EventStore,
  type Queryable,
  type RunningService,
  Vault,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../packages/testing/src/postgres.ts';
import { ContactPolicies, type PolicyFact } from './ledger/contact-policies.ts';
import { CountedMessages, streamOf } from './ledger/counted-messages.ts';
import { FollowContactsConsumer } from './decisions/follow-contacts.consumer.ts';
import { bootOutreach } from './testing/boot-outreach.ts';
import { consentFact, now, proof, sentFact, zoneFact } from './testing/policy-facts.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let database: Database;
let policies: ContactPolicies;
let [own, stranger] = ['', ''];

const boot = (): Promise<RunningService> => bootOutreach(server.url, home);

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-outreach-'));
  service = await boot();
  database = service.app.get(Database);
  policies = service.app.get(ContactPolicies);
  const keyOf = async (tenantId: string) =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'test' })).key;
  [own, stranger] = [await keyOf('demo'), await keyOf('other')];
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const post = (path: string, payload: object, key = own) => {
  const headers = { authorization: `Bearer ${key}` };
  return service.app.inject({ method: 'POST', url: path, headers, payload });
};
const decide = async (contactId: string, more: object = {}, key = own) => {
  const requested = { contactId, channel: 'whatsapp', purpose: 'marketing', ...more };
  const answer = await post('/v1/contact-decisions', requested, key);
  return { status: answer.statusCode, body: answer.json<ContactDecision>() };
};

const newContact = async (): Promise<string> => {
  const crmId = randomUUID();
  const known = await database.transaction((tx) =>
    service.app.get(Vault).register(tx, 'demo', { crmId }),
  );
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  return known.contactId;
};

type CountOutbound = Extract<PolicyFact['command'], { kind: 'count-outbound' }>;

const tell = (...facts: readonly PolicyFact[]) =>
  database.transaction((tx) => policies.runIn(tx, facts));
const reachable = async (purpose: 'marketing' | 'service-message' = 'marketing') => {
  const contactId = await newContact();
  await tell(zoneFact(contactId), consentFact(contactId, purpose));
  return contactId;
};
const eventsOf = async (contactId: string) =>
  (await service.app.get(EventStore).load(streamOf(contactId))).events;

describe('a wish to be left alone', () => {
  type Wish = Partial<EventDataOf<'SignalRecorded'>>;
  const receive = async (contactId: string, wish: Wish, type = 'SignalRecorded') => {
    const occurredAt = '2026-11-01T09:00:00.000Z';
    const signal = { contactId, occurredAt, origin: 'whatsapp-webhook' };
    const [id, correlationid] = [randomUUID(), randomUUID()];
    const event = { id, correlationid, type, tenantid: 'demo', data: { ...signal, ...wish } };
    await database.transaction((tx) =>
      service.app
        .get(FollowContactsConsumer)
        .handle(tx, [event as unknown as ConsumedEvent<'SignalRecorded' | 'ObjectionHeard'>]),
    );
  };
  const reasons = async (contactId: string, more: object = {}) =>
    (await decide(contactId, more)).body.reasons.map(({ reason }) => reason);

  test.each<[string, Wish, string]>([
    ['a word', { kind: 'marketing-opt-out', inboundType: 'stop-word' }, 'everything'],
    [
      'a word that is in doubt',
      { kind: 'marketing-opt-out', inboundType: 'doubtful-stop-word' },
      'marketing',
    ],
    ['WhatsApp’s settings', { kind: 'marketing-opt-out' }, 'marketing'],
    ['WhatsApp’s answer', { kind: 'message-failed', code: 131_050 }, 'marketing'],
  ])('in %s is heeded, shown, and told to the other services', async (_, wish, scope) => {
    const contactId = await reachable();
    await receive(contactId, wish);
    expect(await reasons(contactId)).toEqual(['suppressed']);
    expect(await reasons(contactId, { channel: 'email' })).toContain('suppressed');
    await service.settled();
    const headers = { authorization: `Bearer ${own}` };
    const url = `/v1/contacts/${contactId}/consents`;
    const list = ConsentList.parse((await service.app.inject({ url, headers })).json());
    expect(list.suppressions).toMatchObject([{ scope, at: '2026-11-01T09:00:00.000Z' }]);
  });

  test('of who is not analysed is heeded as any other', async () => {
    const contactId = await reachable();
    const objection = { scope: 'everything', ground: 'stop-word', at: '2026-11-01T09:00:00.000Z' };
    await receive(contactId, objection as Wish, 'ObjectionHeard');
    expect(await reasons(contactId)).toEqual(['suppressed']);
  });

  test('stands nowhere in clear by its instant, and the person is shown it', async () => {
    const contactId = await reachable();
    const at = '2026-11-01T09:17:43.218Z';
    await receive(contactId, { kind: 'marketing-opt-out', occurredAt: at });
    await receive(contactId, { kind: 'marketing-opt-in', occurredAt: at });
    expect(await reasons(contactId)).toEqual(['suppressed']);
    await service.settled();
    const tables = await database.queryable.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname IN ('outreach', 'log', 'vault')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await database.queryable.query(
        `SELECT FROM ${name} AS kept WHERE kept::text LIKE '%17:43%'`,
      );
      if (rows.length > 0) found.push(name);
    }
    expect([tables.length > 20, found]).toEqual([true, []]);
    const headers = { authorization: `Bearer ${own}` };
    const url = `/v1/contacts/${contactId}/consents`;
    const list = ConsentList.parse((await service.app.inject({ url, headers })).json());
    expect(list.suppressions).toEqual([
      { scope: 'marketing', ground: 'marketing-preference', at, liftedOn: [] },
    ]);
  });

  test('that came with a code flooding the tenant is heeded: it may be the person', async () => {
    const contactId = await reachable();
    await receive(contactId, { kind: 'message-failed', code: 131_050, effectSuspended: true });
    expect(await reasons(contactId)).toEqual(['suppressed']);
  });

  test('holds for the contact the person goes on as', async () => {
    const [earlier, later] = [await reachable(), await reachable()];
    await receive(earlier, { kind: 'marketing-opt-out', inboundType: 'stop-word' });
    const link = { contactId: later, otherContactId: earlier, direction: 'previous' };
    await receive(later, link, 'ContactLinked');
    expect(await reasons(later)).toEqual(['suppressed']);
  });
});

describe('facts from the log', () => {
  test('carry on what they were caused by', async () => {
    const contactId = await newContact();
    const fact = consentFact(contactId);
    await tell(fact);
    const { id, correlationid } = fact.cause;
    expect(await eventsOf(contactId)).toMatchObject([
      { id: fact.id, correlationid, causationid: id },
    ]);
  });

  test('are appended though the person’s ledger moves on meanwhile', async () => {
    const contactId = await newContact();
    await database.transaction(async (tx) => {
      let reads = 0;
      const interrupted: Queryable = {
        async query<Row>(text: string, values?: readonly unknown[]) {
          const rows = await tx.query<Row>(text, values);
          reads += 1;
          if (reads === 1) expect((await decide(contactId)).status).toBe(200);
          return rows;
        },
      };
      await policies.runIn(interrupted, [zoneFact(contactId)]);
    });
    const types = (await eventsOf(contactId)).map(({ type }) => type);
    expect(types).toEqual(['ContactDenied', 'ContactTimeZoneSet']);
  });

  test('of many people are one append, however long their ledgers are', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, newContact));
    let statements = 0;
    await database.transaction((tx) => {
      const counting: Queryable = {
        query(text, values) {
          statements += 1;
          return tx.query(text, values);
        },
      };
      return policies.runIn(
        counting,
        people.flatMap((one) => [consentFact(one), consentFact(one)]),
      );
    });
    // The lock, whose they are behind it, and the append.
    expect(statements).toBe(3);
    for (const one of people) expect(await eventsOf(one)).toHaveLength(2);
  });

  test('told twice are counted once, and an erased person’s are dropped without the others', async () => {
    const [living, erased] = [await newContact(), await newContact()];
    await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject: erased });
    const facts = [erased, living].flatMap((one) => [consentFact(one), zoneFact(one)]);
    await tell(...facts);
    await tell(...facts);
    expect(await eventsOf(erased)).toEqual([]);
    const types = (await eventsOf(living)).map(({ type }) => type);
    expect(types).toEqual(['ConsentGiven', 'ContactTimeZoneSet']);
  });
});

const untilSomebodyWaits = async (): Promise<void> => {
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await database.queryable.query(waiting)).length === 0) await setTimeout(5);
};

describe('messages that were seen leaving', () => {
  const policy = async (contactId: string) => {
    const { body } = await decide(contactId);
    return [body.decision, ...body.reasons.map(({ reason }) => reason)];
  };
  const sentBefore = (contactId: string, ms: number, messageRef?: string) => {
    const fact = sentFact(contactId);
    const at = new Date(Date.parse(now) - ms).toISOString();
    return { ...fact, command: { ...fact.command, at, ...(messageRef ? { messageRef } : {}) } };
  };

  test('and turn out to be none use nothing up, whichever is told first', async () => {
    const contactId = await reachable();
    const facts = Array.from({ length: 3 }, (_, nth) => sentBefore(contactId, 0, `mr_none${nth}`));
    const none = (nth: number): PolicyFact => ({
      ...sentFact(contactId),
      command: { kind: 'discount-outbound', contactId, messageRef: `mr_none${nth}` },
    });
    await tell(none(2), ...facts);
    expect((await policy(contactId))[0]).toBe('allowed');
    await tell(sentFact(contactId));
    expect((await policy(contactId))[0]).toBe('denied');
    await tell(none(0));
    await tell(none(0));
    expect((await policy(contactId))[0]).toBe('allowed');
  });

  test('use the cap up, each once, and no stream grows', async () => {
    const contactId = await reachable();
    const before = (await eventsOf(contactId)).length;
    const facts = Array.from({ length: 3 }, () => sentFact(contactId));
    await tell(...facts.slice(0, 2));
    await tell(...facts.slice(0, 2));
    expect(await policy(contactId)).toEqual(['allowed', 'allowed']);
    await tell(...facts);
    expect((await policy(contactId))[0]).toBe('denied');
    expect((await eventsOf(contactId)).map(({ type }) => type).slice(before)).toEqual([
      'ContactAllowed',
      'ContactDenied',
    ]);
  });

  test('of an earlier version stand in the stream, and count together with the rows, once', async () => {
    const contactId = await reachable();
    const messageRef = `mr_${'e'.repeat(32)}`;
    const data = { contactId, at: now, messageRef };
    await service.app.get(EventStore).append({
      stream: streamOf(contactId),
      expected: 'any',
      events: [{ type: 'OutboundMessageCounted', data }],
      context: { tenantId: 'demo', subject: contactId },
    });
    await tell(sentBefore(contactId, 0, messageRef), sentFact(contactId));
    expect((await policy(contactId))[0]).toBe('allowed');
    await tell(sentFact(contactId));
    expect((await policy(contactId))[0]).toBe('denied');
  });

  test('of an earlier version do not use the cap up again when a late word on them comes', async () => {
    const contactId = await reachable();
    const late = Array.from({ length: 3 }, () => sentFact(contactId));
    const earlier = '2026-11-10T10:00:00.000Z';
    for (const { id, command } of late) {
      const { kind: _, ...data } = { ...command, at: earlier } as CountOutbound;
      await service.app.get(EventStore).append({
        stream: streamOf(contactId),
        expected: 'any',
        events: [{ type: 'OutboundMessageCounted', id, data }],
        context: { tenantId: 'demo', subject: contactId },
      });
    }
    await tell(...late);
    expect(await service.app.get(CountedMessages).of(contactId, new Date(now))).toEqual([]);
    expect((await policy(contactId))[0]).toBe('allowed');
  });

  test('but are not committed yet, are waited for by a decision', async () => {
    const contactId = await reachable();
    await tell(sentFact(contactId), sentFact(contactId));
    let asked: ReturnType<typeof policy> | undefined;
    await database.transaction(async (tx) => {
      await policies.runIn(tx, [sentFact(contactId)]);
      asked = policy(contactId);
      await Promise.race([asked, untilSomebodyWaits()]);
    });
    expect((await asked)?.[0]).toBe('denied');
  });

  test('while a decision is made, are counted behind it', async () => {
    const contactId = await reachable();
    const messages = service.app.get(CountedMessages);
    const read = messages.of.bind(messages);
    let counted: Promise<unknown> | undefined;
    jest.spyOn(messages, 'of').mockImplementationOnce(async (...asked) => {
      const seen = await read(...asked);
      counted = tell(sentFact(contactId));
      await Promise.race([counted, untilSomebodyWaits()]);
      return seen;
    });
    const { body } = await decide(contactId);
    await counted;
    const kept = await read(contactId, new Date(now));
    expect(kept.map(({ afterVersion }) => afterVersion)).toEqual([body.streamVersion]);
  });

  test('before a reservation are not taken for the message it promises, after it they are', async () => {
    const age = ({ clock }: ContactDecision) => Date.parse(now) - Date.parse(clock);
    const reserve = async (contactId: string) => (await decide(contactId, { reserve: true })).body;
    const before = await reachable();
    await tell(sentBefore(before, age((await decide(before)).body)));
    await reserve(before);
    await reserve(before);
    expect((await policy(before))[0]).toBe('denied');
    const after = await reachable();
    await tell(sentBefore(after, age(await reserve(after)) - 100));
    await reserve(after);
    expect((await policy(after))[0]).toBe('allowed');
    await reserve(after);
    expect((await policy(after))[0]).toBe('denied');
  });

  test('of an erased person are dropped without the others, and what is kept cannot be read', async () => {
    const [living, erased] = [await reachable(), await reachable()];
    await tell(sentFact(erased));
    await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject: erased });
    await tell(sentFact(erased), sentFact(living));
    const kept = async (contactId: string) =>
      service.app.get(CountedMessages).of(contactId, new Date(now));
    expect(await kept(living)).toHaveLength(1);
    expect((await kept(erased)).map(({ event }) => isErased(event.data.at))).toEqual([true]);
  });

  test('are forgotten when nothing can be heard of them any more', async () => {
    const contactId = await reachable();
    const messages = service.app.get(CountedMessages);
    await tell(sentFact(contactId));
    await messages.forget(new Date(Date.parse(now) + 59 * DAY_MS));
    expect(await messages.of(contactId, new Date(now))).toHaveLength(1);
    await messages.forget(new Date(Date.parse(now) + 61 * DAY_MS));
    expect(await messages.of(contactId, new Date(now))).toEqual([]);
  });

  test('long ago are forgotten by a service as it starts, however short it runs', async () => {
    const contactId = await reachable();
    await tell(sentBefore(contactId, 61 * DAY_MS));
    const rows = 'SELECT FROM counted_messages WHERE contact_id = $1';
    const kept = () => database.queryable.query(rows, [contactId]);
    expect(await kept()).toHaveLength(1);
    const twin = await boot();
    while ((await kept()).length > 0) await setTimeout(20);
    await twin.stop();
  }, 20_000);
});

describe('decisions', () => {
  test('asked fifty at once, reserve exactly what the cap allows', async () => {
    const contactId = await reachable();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => decide(contactId, { reserve: true })),
    );
    const allowed = answers.filter(({ body }) => body.decision === 'allowed');
    expect([answers.every(({ status }) => status === 200), allowed.length]).toEqual([true, 3]);
  });

  test('allow nothing after a withdrawal that was acknowledged, however they race', async () => {
    const contactId = await reachable('service-message');
    const act = { contactId, channel: 'whatsapp', purpose: 'service-message' };
    const asked: ReturnType<typeof decide>[] = [];
    const ask = () => asked.push(decide(contactId, { purpose: 'service-message' }));
    // One is surely before the withdrawal; of the others it is not known.
    ask();
    await asked[0];
    for (let nth = 0; nth < 10; nth += 1) ask();
    const withdrawing = post('/v1/consents/withdrawals', {
      ...act,
      at: now,
      proof,
    });
    for (let nth = 0; nth < 10; nth += 1) ask();
    const withdrawn = await withdrawing;
    expect(withdrawn.statusCode).toBe(201);
    const { version } = withdrawn.json<ConsentReceipt>();
    for (let nth = 0; nth < 5; nth += 1) ask();
    const answers = await Promise.all(asked);
    const allowed = answers.filter((one) => one.body.decision === 'allowed');
    expect(allowed.length).toBeGreaterThan(0);
    for (const one of allowed) expect(one.body.streamVersion).toBeLessThan(version);
    expect((await decide(contactId, act)).body.reasons[0]?.reason).toBe('consent-withdrawn');
  });

  test('about another tenant’s person answer as about nobody, and write nothing', async () => {
    const contactId = await reachable();
    const before = (await eventsOf(contactId)).length;
    const foreign = await decide(contactId, {}, stranger);
    const random = await decide(`ct_${'0'.repeat(32)}`, {}, stranger);
    expect([foreign.status, random.status]).toEqual([404, 404]);
    const {
      traceId: _,
      instance: __,
      ...reported
    } = foreign.body as unknown as Record<string, unknown>;
    expect(random.body).toMatchObject(reported);
    expect(await eventsOf(contactId)).toHaveLength(before);
  });
});

describe('the ledger', () => {
  const word = (contactId: string, at: string) => ({
    contactId,
    channel: 'whatsapp',
    purpose: 'marketing',
    at,
    proof,
  });
  const give = async (contactId: string, at: string) =>
    ConsentReceipt.parse((await post('/v1/consents', word(contactId, at))).json());
  const withdraw = async (contactId: string, at: string) =>
    ConsentReceipt.parse((await post('/v1/consents/withdrawals', word(contactId, at))).json());

  test('ends with a withdrawal also a consent that a fast clock dated minutes ahead', async () => {
    const contactId = await newContact();
    await tell(zoneFact(contactId));
    await give(contactId, '2026-11-20T10:04:00Z');
    expect((await decide(contactId)).body.decision).toBe('allowed');
    expect(await withdraw(contactId, '2026-11-20T10:03:30Z')).toMatchObject({
      standing: 'withdrawn',
    });
    expect((await decide(contactId)).body.reasons[0]?.reason).toBe('consent-withdrawn');
  });

  test('says so when a withdrawal told late is outdated by a consent given since', async () => {
    const contactId = await newContact();
    await tell(zoneFact(contactId));
    await give(contactId, '2026-06-01T00:00:00Z');
    expect(await withdraw(contactId, '2026-05-01T00:00:00Z')).toMatchObject({
      state: 'withdrawn',
      standing: 'given',
    });
    expect((await decide(contactId)).body.decision).toBe('allowed');
  });

  test('is listed up to the position asked for', async () => {
    const contactId = await newContact();
    const list = async (query: string, key = own) => {
      const url = `/v1/contacts/${contactId}/consents${query}`;
      return service.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
    };
    const { position, consentId } = await give(contactId, '2026-06-01T00:00:00Z');
    const { items, asOf } = ConsentList.parse((await list(`?atLeast=${position}`)).json());
    expect(items).toMatchObject([{ consentId, state: 'given', at: '2026-06-01T00:00:00.000Z' }]);
    expect(asOf.position).toBeGreaterThanOrEqual(position);
    // What others were told since moves the whole list on: nothing newer is missing from it.
    const other = await give(await newContact(), '2026-06-01T00:00:00Z');
    const later = ConsentList.parse((await list(`?atLeast=${other.position}`)).json());
    expect(later.asOf.position).toBeGreaterThanOrEqual(other.position);
    expect((await list('', stranger)).statusCode).toBe(404);
  });
});
