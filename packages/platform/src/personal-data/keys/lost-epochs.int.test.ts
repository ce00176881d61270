import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { erased, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { KeyRotation } from './key-rotation.ts';
import { LocalRootKey } from '../root-key/local-root-key.ts';
import { settleLostEpochs } from './lost-epochs.ts';
import { vaultMigrations } from '../schema.ts';
import { Vault } from '../vault.ts';

const tenantId = 'acme';
const START = 688 * 30 * DAY_MS;
let home: string;
let scratch: TestDatabase;
let database: Database;
let rootKey: LocalRootKey;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-lost-'));
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 4 });
  await migrate(database, vaultMigrations);
  rootKey = await LocalRootKey.open(home);
});
afterEach(async () => {
  await database.close();
  await scratch.drop();
  await rm(home, { recursive: true, force: true });
});

const onDay = (day: number) => () => START + day * DAY_MS;
/** As after a start: nothing is in memory. */
const vaultOn = (day: number) =>
  new Vault({ queryable: database.queryable, rootKey, clock: { nowMs: onDay(day) } });
let noted: number[] = [];
const note = async (_tx: Queryable, epoch: number) => void noted.push(epoch);
const settle = (...accepted: number[]) =>
  settleLostEpochs(database, rootKey, { accepted, at: new Date(START), note });
const lose = (epoch: number) =>
  rename(join(home, `epoch-${epoch}.key`), join(home, `lost-${epoch}`));
const bringBack = (epoch: number) =>
  rename(join(home, `lost-${epoch}`), join(home, `epoch-${epoch}.key`));

const registeredOn = async (day: number, phone: string) => {
  const vault = vaultOn(day);
  const found = await database.transaction((tx) => vault.register(tx, tenantId, { phone }));
  if (!('contactId' in found)) throw new Error('a conflict');
  const { contactId, created } = found;
  const data = { contactId, identities: { phone } };
  const event = { id: randomUUID(), type: 'ContactRegistered', subject: contactId, tenantId, data };
  const [sealed] = await vault.sealer.seal([event]);
  return { contactId, created, data, stored: { ...event, data: sealed as object } };
};
const openedOn = async (
  day: number,
  { stored }: { stored: Parameters<Vault['sealer']['open']>[0][number] },
) => (await vaultOn(day).sealer.open([stored]))[0];

test('a start is refused while keys of persons hang on an epoch without a key, and says what to do', async () => {
  const old = await registeredOn(1, '+33639980101');
  expect(await settle()).toEqual([]);
  await lose(688);
  await expect(settle()).rejects.toThrow(
    /688 \(1 person\).*Restore the keys folder.*TACT_LOST_KEY_EPOCHS=688,/,
  );
  await expect(settle(687)).rejects.toThrow('688 (1 person)');
  await bringBack(688);
  expect(await settle()).toEqual([]);
  expect(await openedOn(1, old)).toEqual(old.data);
});

test('while the present epoch is lost, new persons are registered below the next, and none of its keys is made anew', async () => {
  const old = await registeredOn(1, '+33639980102');
  await lose(688);
  const fresh = await registeredOn(2, '+33639980103');
  const { key, wrapped } = await vaultOn(2).blobs.create('import 1');
  const box = key.seal('a line', 0);
  expect(await openedOn(2, fresh)).toEqual(fresh.data);
  expect((await readdir(home)).toSorted()).toEqual(['epoch-689.key', 'lost-688', 'root.key']);
  await expect(openedOn(2, old)).rejects.toThrow('no key of epoch 688');
  // With its key back, everybody reads again, before and after the next epoch begins.
  await bringBack(688);
  expect([await openedOn(2, old), await openedOn(2, fresh)]).toEqual([old.data, fresh.data]);
  await new KeyRotation({ database, rootKey, clock: { nowMs: onDay(31) } }).run();
  expect([await openedOn(31, old), await openedOn(31, fresh)]).toEqual([old.data, fresh.data]);
  const again = await vaultOn(31).blobs.open(wrapped, 'import 1');
  expect(again.open(box, 0).toString()).toBe('a line');
});

test('an accepted loss erases who hangs on it alone; the same phone is a new contact then', async () => {
  const lost = await registeredOn(1, '+33639980104');
  await lose(688);
  const kept = await registeredOn(2, '+33639980105');
  // What the audit cannot have is not done: it is asked for again at the next start.
  const failing = () => Promise.reject(new Error('the disk is full'));
  const given = { accepted: [688], at: new Date(START), note: failing };
  await expect(settleLostEpochs(database, rootKey, given)).rejects.toThrow('the disk is full');
  noted = [];
  expect(await settle(688)).toEqual([{ epoch: 688, persons: 1 }]);
  expect(noted).toEqual([688]);
  expect(await openedOn(2, lost)).toMatchObject({ identities: { phone: erased } });
  expect(await openedOn(2, kept)).toEqual(kept.data);
  const again = await registeredOn(2, '+33639980104');
  expect(again.created).toBe(true);
  expect(again.contactId).not.toBe(lost.contactId);
  expect(await openedOn(2, again)).toEqual(again.data);
  // The epoch is not begun again, so the setting may stay and covers nobody else.
  expect((await readdir(home)).toSorted()).toEqual(['epoch-689.key', 'lost-688', 'root.key']);
  expect(await settle(688)).toEqual([]);
});

test('nobody is erased twice, and who was erased before stays so', async () => {
  const person = await registeredOn(1, '+33639980106');
  await vaultOn(1).destroySubject({ tenantId, subject: person.contactId });
  await lose(688);
  expect(await settle()).toEqual([]);
});
