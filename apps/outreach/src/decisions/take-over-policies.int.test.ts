import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, ProblemError, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, factOf, now, zoneFact } from '../testing/policy-facts.ts';
import { type ContactChange, TakeOverPolicies } from './take-over-policies.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-take-over-'));
  service = await bootOutreach(server.url, home);
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const tenantId = 'demo';
const database = () => service.app.get(Database);
const vault = () => service.app.get(Vault);
const policies = () => service.app.get(ContactPolicies);

const append = (...facts: readonly PolicyFact[]) =>
  database().transaction((tx) => policies().runIn(tx, facts));
const register = async (): Promise<string> => {
  const known = await database().transaction((tx) =>
    vault().register(tx, tenantId, { crmId: randomUUID() }),
  );
  if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
  await append(zoneFact(known.contactId));
  return known.contactId;
};
const merge = (from: string, into: string) =>
  database().transaction((tx) => vault().mergeContacts(tx, { tenantId, from, into }));
const takeOver = (from: string, into: string) => {
  const data = { mergeId: 'mg_0', contactId: into, otherContactId: from, at: now };
  const id = randomUUID();
  const change = { id, correlationid: id, tenantid: tenantId, type: 'ContactsMerged', data };
  return database().transaction((tx) =>
    service.app.get(TakeOverPolicies).run(tx, [change as unknown as ContactChange]),
  );
};
const decide = async (contactId: string): Promise<readonly string[]> => {
  const asked = { contactId, channel: 'whatsapp', purpose: 'marketing' } as const;
  const ask = { kind: 'decide-contact', decisionId: 'de_0', reserve: false } as const;
  const { events } = await policies().run(tenantId, { ...ask, ...asked, now: new Date(now) });
  const [event] = events;
  if (event === undefined || !('reasons' in event.data)) throw new ProblemError('not-found');
  return event.data.reasons;
};
const stop = (contactId: string, at: string) =>
  factOf({ kind: 'suppress', contactId, scope: 'everything', ground: 'stop-word', at });
const start = (contactId: string, at: string) => {
  const word = { scope: 'everything', channel: 'whatsapp', ground: 'start-word' } as const;
  return factOf({ kind: 'lift-suppression', contactId, ...word, at });
};

const [fifth, tenth] = ['2026-11-05T09:00:00.000Z', '2026-11-10T09:00:00.000Z'];

describe('what a contact said before it was merged and the ledger is told only afterwards', () => {
  test('opens nothing to the one that stays', async () => {
    const [one, two] = [await register(), await register()];
    await merge(one, two);
    await takeOver(one, two);
    await append(consentFact(one));
    expect(await decide(two)).toEqual(['consent-missing']);

    const [three, four] = [await register(), await register()];
    await append(consentFact(three), consentFact(four), stop(four, fifth));
    await merge(three, four);
    await takeOver(three, four);
    await append(start(three, tenth));
    expect(await decide(four)).toEqual(['suppressed']);
  });

  test('refuses as it would have, whatever the other one lifted', async () => {
    const [one, two] = [await register(), await register()];
    const begun = '2026-11-04T09:00:00.000Z';
    await append(consentFact(one), consentFact(two), stop(two, begun), start(two, tenth));
    await merge(one, two);
    await takeOver(one, two);
    expect(await decide(two)).toEqual(['allowed']);
    await append(stop(one, fifth));
    expect(await decide(two)).toEqual(['suppressed']);
  });

  test('is taken over with the rest where the ledger has yet to take over', async () => {
    const [one, two] = [await register(), await register()];
    await append(consentFact(one));
    await merge(one, two);
    // Were it written for the one that stays, both would seem to have agreed.
    await append(consentFact(one));
    expect(await decide(two)).toContain('policy-unknown');
    await takeOver(one, two);
    expect(await decide(two)).toEqual(['consent-missing']);

    const [three, four] = [await register(), await register()];
    await append(consentFact(three), consentFact(four), stop(four, fifth));
    await merge(three, four);
    await append(start(three, tenth));
    await takeOver(three, four);
    expect(await decide(four)).toEqual(['suppressed']);
  });
});
