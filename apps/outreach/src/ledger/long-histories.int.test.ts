import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ContactDecision, MINUTE_MS } from '@tact/contracts';
import { contactPolicyDecider, type ContactPolicyEvent } from '@tact/domain';
import { ApiKeys, Database, EventStore, type RunningService, Vault } from '@tact/platform';
import * as fc from 'fast-check';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, factOf, now, sentFact, zoneFact } from '../testing/policy-facts.ts';
import { ContactPolicies, type PolicyFact } from './contact-policies.ts';
import { CountedMessages, streamOf } from './counted-messages.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let database: Database;
let key: string;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-long-'));
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

const tell = (...facts: readonly PolicyFact[]) =>
  database.transaction((tx) => service.app.get(ContactPolicies).runIn(tx, facts));
const newContact = async (): Promise<string> => {
  const known = await database.transaction((tx) =>
    service.app.get(Vault).register(tx, 'demo', { crmId: randomUUID() }),
  );
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  await tell(zoneFact(known.contactId), consentFact(known.contactId));
  return known.contactId;
};
const decide = async (contactId: string, reserve: boolean) => {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/contact-decisions',
    headers: { authorization: `Bearer ${key}` },
    payload: { contactId, channel: 'whatsapp', purpose: 'marketing', reserve },
  });
  return { status: answer.statusCode, ...answer.json<ContactDecision>() };
};
/** What would be decided on all that is known, without any snapshot. */
const expected = async (contactId: string) => {
  const { events } = await service.app.get(EventStore).load(streamOf(contactId));
  const beside = await service.app.get(CountedMessages).of(contactId, new Date(now));
  const placed = [
    ...events.map((event) => ({
      at: event.version,
      event: event as unknown as ContactPolicyEvent,
    })),
    ...beside.map(({ afterVersion, event }) => ({ at: afterVersion, event })),
  ].toSorted((one, other) => one.at - other.at);
  const state = placed
    .map(({ event }) => event)
    .reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
  const asked = {
    contactId,
    decisionId: 'any',
    channel: 'whatsapp',
    purpose: 'marketing',
  } as const;
  const command = { kind: 'decide-contact', reserve: false, now: new Date(now), ...asked } as const;
  const [decided] = contactPolicyDecider.decide(command, state);
  const data = decided?.data as Pick<ContactDecision, 'rules'> & { reasons: readonly string[] };
  return { rules: data.rules, reasons: data.reasons };
};
const snapshotOf = async (contactId: string) =>
  (
    await database.queryable.query<{ version: number; state: string }>(
      'SELECT version, state FROM snapshots WHERE stream = $1',
      [streamOf(contactId)],
    )
  )[0];
const readOf = async (contactId: string) =>
  database.transaction((tx) =>
    service.app
      .get(EventStore)
      .foldIn(tx, contactPolicyDecider, { stream: streamOf(contactId), beside: [] }),
  );

type Step = 'ask' | 'reserve' | 'sent' | 'stop' | 'resume';
const steps = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 8, arbitrary: fc.constant<Step>('ask') },
      { weight: 3, arbitrary: fc.constant<Step>('reserve') },
      { weight: 3, arbitrary: fc.constant<Step>('sent') },
      fc.constant<Step>('stop'),
      fc.constant<Step>('resume'),
    ),
    minutesAgo: fc.integer({ min: 0, max: 4 * 24 * 60 }),
  }),
  { minLength: 50, maxLength: 70, size: 'max' },
);
const takeStep = (contactId: string, what: Exclude<Step, 'ask' | 'reserve'>, at: string) => {
  const { id, command, cause } = sentFact(contactId);
  if (what === 'sent') return tell({ id, cause, command: { ...command, at } as typeof command });
  const word = { contactId, scope: 'marketing', at } as const;
  return tell(
    what === 'stop'
      ? factOf({ kind: 'suppress', ...word, ground: 'objection' })
      : factOf({ kind: 'lift-suppression', ...word, ground: 'new-consent' }),
  );
};

test('each decision of a long history is the one that all of its facts give', async () => {
  let fromSnapshots = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const contactId = await newContact();
      for (const { what, minutesAgo } of taken) {
        const at = new Date(Date.parse(now) - minutesAgo * MINUTE_MS).toISOString();
        if (what !== 'ask' && what !== 'reserve') {
          await takeStep(contactId, what, at);
          continue;
        }
        const all = await expected(contactId);
        const { rules, reasons } = await decide(contactId, what === 'reserve');
        expect({ rules, reasons: reasons.map(({ reason }) => reason) }).toEqual(all);
      }
      fromSnapshots += (await snapshotOf(contactId)) === undefined ? 0 : 1;
    }),
    { numRuns: 4 },
  );
  expect(fromSnapshots).toBeGreaterThan(0);
}, 120_000);

test('what a decision reads stays as short as that of somebody decided on a few times', async () => {
  const contactId = await newContact();
  for (let nth = 0; nth < 100; nth += 1) await decide(contactId, false);
  const { version, rows } = await readOf(contactId);
  expect(version).toBe(102);
  expect(rows.length).toBeLessThanOrEqual(16);
}, 60_000);

test('a snapshot is sealed, and after an erasure neither read nor made anew', async () => {
  const contactId = await newContact();
  for (let nth = 0; nth < 20; nth += 1) await decide(contactId, true);
  const kept = await snapshotOf(contactId);
  expect(kept?.state).toMatch(/^1\.[A-Za-z0-9+/=]+$/);
  await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject: contactId });
  expect((await decide(contactId, true)).status).toBe(404);
  const { rows, version, state } = await readOf(contactId);
  expect(rows).toHaveLength(version);
  expect(state.timeZone).toBeUndefined();
  expect(await snapshotOf(contactId)).toEqual(kept);
}, 60_000);
