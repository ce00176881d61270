import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { erased, type Identities } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { LocalRootKey } from './root-key/local-root-key.ts';
import { vaultMigrations } from './schema.ts';
import { Vault } from './vault.ts';

const tenantId = 'acme';
let home: string;
let scratch: TestDatabase;
let database: Database;
let vault: Vault;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-merged-'));
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault' });
  await migrate(database, vaultMigrations);
  const rootKey = await LocalRootKey.open(join(home, 'keys'));
  vault = new Vault({ queryable: database.queryable, rootKey, clock: { nowMs: Date.now } });
});
afterAll(async () => {
  await database?.close();
  await scratch?.drop();
  await rm(home, { recursive: true, force: true });
});

const register = async (identities: Identities = { crmId: randomUUID() }) => {
  const known = await database.transaction((tx) => vault.register(tx, tenantId, identities));
  if ('conflict' in known) throw new Error('drawn identities are nobody else’s');
  return known.contactId;
};
const merge = (from: string, into: string) =>
  database.transaction((tx) => vault.mergeContacts(tx, { tenantId, from, into }));
const aboutOf = (subject: string) => ({
  id: randomUUID(),
  type: 'ContactRegistered',
  subject,
  tenantId,
  data: { contactId: subject, identities: { crmId: 'c-1' } },
});
const isDue = (contactId: string) =>
  database.transaction((tx) => vault.isTakeOverDue(tx, contactId));

test('whoever was merged is known by both ids, through chains, and of no other tenant', async () => {
  const crmId = randomUUID();
  const [one, two, three] = [await register({ crmId }), await register(), await register()];
  await merge(one, two);
  await merge(two, three);
  for (const id of [one, two, three]) {
    expect(await vault.whereaboutsOf(tenantId, id)).toEqual({ contactId: three, isKnown: true });
  }
  expect(await vault.resolveMany(tenantId, [{ crmId }])).toEqual([three]);
  expect(await vault.mergedInto(tenantId, three)).toEqual([one, two].toSorted());
  for (const id of [one, two, three]) {
    const [first, ...others] = await vault.idsOf(tenantId, id);
    expect([first, others]).toEqual([three, [one, two].toSorted()]);
    expect(await vault.idsOf('other', id)).toEqual([id]);
  }
  const asked = [one, two, three, 'ct_nobody'];
  expect(await vault.knownAmong(tenantId, asked)).toEqual(new Set([one, two, three]));
  expect(await vault.knownAmong('other', asked)).toEqual(new Set());
  expect(await vault.knows('other', one)).toBe(false);
});

test('what is due goes on to whoever the contact became part of, and is settled for all of them', async () => {
  const [one, two, three] = [await register(), await register(), await register()];
  await merge(one, two);
  await merge(two, three);
  expect(await isDue(three)).toBe(true);
  await database.transaction((tx) => vault.settleTakeOver(tx, [three], two));
  // The other one is still to come.
  expect(await isDue(three)).toBe(true);
  await database.transaction((tx) => vault.settleTakeOver(tx, [two], one));
  expect([await isDue(two), await isDue(three)]).toEqual([false, false]);
});

test('whoever was merged leads to an heir once what is due of it was taken over, and not before', async () => {
  const [one, two, three] = [await register(), await register(), await register()];
  const heirs = () =>
    database.transaction(async (tx) => [...(await vault.heirsOf([one, two, three], tx))]);
  await merge(one, two);
  expect(await heirs()).toEqual([]);
  await database.transaction((tx) => vault.settleTakeOver(tx, [two], one));
  expect(await heirs()).toEqual([[one, two]]);
  await merge(two, three);
  expect(await heirs()).toEqual([[one, three]]);
});

test('an erasure by either id is one of all, and leaves nothing to read', async () => {
  for (const erasedBy of [0, 1, 2]) {
    const people = [await register(), await register(), await register()] as const;
    const [one, two, three] = people;
    const sealed = await vault.sealer.seal(people.map(aboutOf));
    await merge(one, two);
    await merge(two, three);
    await vault.destroySubject({ tenantId, subject: people[erasedBy] ?? '' });
    const boxes = people.map((id, nth) => ({ ...aboutOf(id), data: sealed[nth] ?? {} }));
    const opened = await vault.sealer.markErased(boxes);
    expect(opened).toMatchObject(people.map(() => ({ identities: { crmId: erased } })));
    expect(await vault.knownAmong(tenantId, people)).toEqual(new Set());
    // Whoever tells others of the erasure tells it of each.
    for (const id of people) {
      expect(new Set(await vault.idsOf(tenantId, id))).toEqual(new Set(people));
    }
  }
});

test('an erasure by any id forgets what the index still has under another one of the person', async () => {
  const [one, two] = [await register(), await register()];
  await merge(one, two);
  const late = { bsuid: `FR.${randomUUID()}` };
  await database.transaction((tx) => vault.addIdentities(tx, { tenantId, subject: one }, late));
  expect(await vault.resolveMany(tenantId, [late])).toEqual([one]);
  await vault.destroySubject({ tenantId, subject: two });
  expect(await vault.resolveMany(tenantId, [late])).toEqual([undefined]);
});

test('an erasure that runs while its contact is merged erases whom the contact became part of', async () => {
  const [one, two] = [await register(), await register()];
  let erasure: Promise<void> = Promise.resolve();
  await database.transaction(async (tx) => {
    await vault.mergeContacts(tx, { tenantId, from: one, into: two });
    // It waits for the identities, which go on to the other contact meanwhile.
    erasure = vault.destroySubject({ tenantId, subject: one });
    await vault.knows(tenantId, two);
  });
  await erasure;
  expect(await vault.knownAmong(tenantId, [one, two])).toEqual(new Set());
});

test('a split gives away the names that are the contact’s, and none of anybody else', async () => {
  const identities = { crmId: randomUUID(), phone: '+33639980155' };
  const [one, two] = [await register(identities), await register()];
  const into = `ct_${randomUUID().replaceAll('-', '')}`;
  const split = (names: Identities) =>
    database.transaction((tx) => vault.splitContact(tx, { tenantId, from: one, into }, names));
  expect(await split({ crmId: randomUUID() })).toMatchObject({ left: 0, stayed: 2 });
  expect(await split({ phone: identities.phone })).toEqual({ left: 1, stayed: 1 });
  expect(await vault.resolveMany(tenantId, [{ phone: identities.phone }])).toEqual([into]);
  expect([await isDue(into), await isDue(one)]).toEqual([true, true]);
  expect(await vault.knows(tenantId, two)).toBe(true);
});
