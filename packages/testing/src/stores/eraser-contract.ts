import type { ErasedPerson, Eraser, Queryable, Store } from '@tact/platform';
import type { Client } from 'pg';
import { columnsOf, digestOf, holding, newContactId, plant } from './planted-rows.ts';

export type Stage = {
  readonly client: Client;
  /** A transaction of the service that owns the store. */
  readonly transaction: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
};

export type ErasableTable = Store & { readonly eraser: Eraser };

/** Values without which a planted row is none of its table, and no part of the contract. */
const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Whoever has bytes there has them in a form, which a test of its own plants.
  events: { packed: null, subject: 'acme' },
  // A key that is destroyed already is not destroyed again.
  subject_keys: { revision: 1, erased_at: null },
};

const tenantId = 'acme';

const personOf = (contactId: string, other?: string): ErasedPerson => ({
  tenantId,
  contactIds: other === undefined ? [contactId] : [contactId, other],
  requestIds: [],
  at: new Date('2026-11-30T09:00:00Z'),
});

/** A row for each column by which the person is found, so that none is found by another one alone. */
const plantPerson = async (
  { client }: Stage,
  { name, locator }: Store,
  contactId: string,
): Promise<number> => {
  if (locator.by === 'none') throw new Error(`${name} finds nobody`);
  const columns = await columnsOf(client, name);
  const own = given[name.split('.')[1] ?? ''] ?? {};
  let planted = 0;
  for (const located of locator.columns) {
    const column = columns.find((one) => one.name === located.replace('[]', ''));
    if (column === undefined) throw new Error(`${name} has no column ${located}`);
    if (own[column.name] === null) continue;
    const isStream = column.name === 'stream';
    const value = isStream ? `contact-${contactId}` : holding(column, contactId);
    const row = { ...own, tenant_id: tenantId, [column.name]: value };
    await plant(client, name, isStream ? { ...row, subject: '' } : row);
    planted += 1;
  }
  return planted;
};

/** What a store does not do that an erasure rests on; none where it does all of it. */
export const brokenBy = async (store: ErasableTable, stage: Stage): Promise<readonly string[]> => {
  const { name, eraser, atErasure } = store;
  const { client, transaction } = stage;
  const broken: string[] = [];
  const [person, second, bystander] = [newContactId(), newContactId(), newContactId()];
  const whole = personOf(person, second);
  const hold = (isSo: boolean, otherwise: string): void => {
    if (!isSo) broken.push(otherwise);
  };
  const erase = () => transaction((tx) => eraser.erase(tx, whole));
  const left = (of: ErasedPerson) => transaction((tx) => eraser.count(tx, of));

  const beside = await plantPerson(stage, store, bystander);
  const before = [await digestOf(client, name, bystander), await digestOf(client, name)];
  const planted =
    (await plantPerson(stage, store, person)) + (await plantPerson(stage, store, second));
  hold((await left(whole)) === planted, 'the counter does not count what was planted');
  hold((await erase()) === planted, 'the eraser does not say how much it took');
  hold((await left(whole)) === 0, 'something of the person is left');
  const after = [await digestOf(client, name, bystander), await digestOf(client, name)];
  hold(after[0] === before[0], 'a bystander’s rows changed');
  if (atErasure.does === 'delete') hold(after[1] === before[1], 'other rows changed');
  hold((await left(personOf(bystander))) === beside, 'a bystander is counted otherwise');
  const once = await digestOf(client, name);
  hold((await erase()) === 0, 'a second erasure has an effect');
  hold((await digestOf(client, name)) === once, 'a second erasure changes rows');
  return broken;
};

/** Columns in which the counter overlooks an id that no locator leads to. */
export const overlookedBy = async (
  { name, eraser }: ErasableTable,
  { client, transaction }: Stage,
): Promise<readonly string[]> => {
  const overlooked: string[] = [];
  const own = given[name.split('.')[1] ?? ''] ?? {};
  for (const column of await columnsOf(client, name)) {
    const hidden = newContactId();
    const value = holding(column, hidden);
    if (value === undefined) continue;
    await plant(client, name, { ...own, [column.name]: value });
    const found = await transaction((tx) => eraser.count(tx, personOf(hidden)));
    if (found !== 1) overlooked.push(column.name);
  }
  return overlooked;
};
