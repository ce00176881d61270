import { createHmac, randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HOUR_MS, type Identities } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { vaultMigrations } from '../schema.ts';
import { IdentityIndex, type RegisterOptions } from './identity-index.ts';
import type { Registered } from './registration-rule.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let scratch: TestDatabase;
let database: Database;
let now: number;
let index: IdentityIndex;
let nth = 0;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 5 });
  await migrate(database, vaultMigrations);
  index = new IdentityIndex({
    queryable: database.queryable,
    key: Buffer.alloc(32, 7),
    now: () => now,
  });
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});
beforeEach(() => {
  now = start;
  nth += 1;
});

const register = (identities: Identities, options?: RegisterOptions) =>
  database.transaction((tx) => index.register(tx, 'acme', identities, options));
const idOf = async (identities: Identities): Promise<string> => {
  const done = await register(identities);
  if ('conflict' in done) throw new Error(`in conflict: ${done.conflict}`);
  return done.contactId;
};
const found = async (identities: Identities, at = now) =>
  (await index.resolveMany('acme', [identities], { at: [at] }))[0];
const phoneOf = (digit: number) => `+3363998${digit}${String(nth).padStart(3, '0')}`;
const record = (connection: string, id: string) => ({
  link: { connection, object: 'contact', id: `${id}${nth}` },
});

describe('links', () => {
  test('the same number of two CRMs is two people, and the bare id a third', async () => {
    const ids = [
      await idOf(record('hubspot', '501')),
      await idOf(record('zendesk', '501')),
      await idOf({ crmId: `501${nth}` }),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(await found(record('default', '501'))).toBe(ids[2]);
    expect(await idOf(record('hubspot', `501`))).toBe(ids[0]);
  });

  test('of one person are of several CRMs, where a strong identity says so', async () => {
    const phone = phoneOf(1);
    const contactId = await idOf({ ...record('hubspot', '1'), phone });
    expect(await idOf({ ...record('zendesk', '9'), phone })).toBe(contactId);
    expect(await found(record('zendesk', '9'))).toBe(contactId);
  });

  test('of Salesforce are one in both lengths', async () => {
    const link = (id: string) => ({ link: { connection: 'salesforce-eu', object: 'lead', id } });
    expect(await idOf(link('001A0000006Vm9u'))).toBe(await idOf(link('001A0000006Vm9uIAC')));
  });

  test('another record of a connection is no second name of the person', async () => {
    const phone = phoneOf(1);
    const contactId = await idOf({ ...record('hubspot', '1'), phone });
    expect(await register({ ...record('hubspot', '2'), phone })).toEqual({
      conflict: 'another-record',
      contacts: [contactId],
      unowned: ['link'],
    });
    expect(await found(record('hubspot', '2'))).toBeUndefined();
  });
});

describe('weak identities', () => {
  test('are several people’s, and join nobody', async () => {
    const email = `family${nth}@exemple.fr`;
    const one = await idOf({ phone: phoneOf(1), email });
    expect(await found({ email })).toBe(one);
    const two = await register({ phone: phoneOf(2), email });
    expect(two).toMatchObject({ created: true, candidates: [one] });
    expect(await found({ email })).toBeUndefined();
    expect(await found({ phone: phoneOf(9), email })).toBeUndefined();
    expect(await register({ email })).toMatchObject({ conflict: 'ambiguous' });
    const [both] = await index.ownersMany('acme', [{ email }]);
    expect(new Set(both)).toEqual(new Set([one, (two as Registered).contactId]));
  });
});

describe('a move', () => {
  test('ends what the same connection told, and the next owner begins there', async () => {
    const [old, other] = [phoneOf(1), phoneOf(2)];
    const email = `before${nth}@exemple.fr`;
    const contactId = await idOf({ ...record('hubspot', '1'), phone: old, email });
    now += HOUR_MS;
    expect(
      await register({ ...record('hubspot', '1'), phone: other, email: `after${nth}@exemple.fr` }),
    ).toMatchObject({ contactId, added: ['phone', 'email'], moved: ['phone', 'email'] });
    expect([await found({ phone: old }, start), await found({ phone: other })]).toEqual([
      contactId,
      contactId,
    ]);
    expect(await found({ email })).toBe(contactId);
    now += HOUR_MS;
    expect([await found({ phone: old }), await found({ email })]).toEqual([undefined, undefined]);
    const next = await idOf({ ...record('hubspot', '2'), phone: old });
    expect(next).not.toBe(contactId);
    expect(await Promise.all([found({ phone: old }, start), found({ phone: old })])).toEqual([
      contactId,
      next,
    ]);
  });

  test('and its opposite make three stories of one number, each told to its owner', async () => {
    const [a, b] = [phoneOf(1), phoneOf(2)];
    const says = (id: string, phone: string) => idOf({ ...record('hubspot', id), phone });
    const one = await says('1', a);
    now += HOUR_MS;
    await says('1', b);
    now += HOUR_MS;
    const two = await says('2', a);
    now += HOUR_MS;
    await says('2', phoneOf(3));
    now += HOUR_MS;
    await says('1', a);
    const at = [0, 2, 4].map((hours) => found({ phone: a }, start + hours * HOUR_MS + 1));
    expect(await Promise.all(at)).toEqual([one, two, one]);
    await index.forget('acme', one);
    // The erased owner's story is nobody's, not the next one's.
    expect(await found({ phone: a }, start)).toBeUndefined();
  });

  test('goes on within a batch, in the order of its rows', async () => {
    const [a, b, c] = [phoneOf(1), phoneOf(2), phoneOf(3)];
    const row = (id: string, phone: string) => ({ ...record('hubspot', id), phone });
    const [one, two] = [await idOf(row('1', a)), await idOf(row('2', b))];
    const done = await database.transaction((tx) =>
      index.registerMany(tx, 'acme', [row('2', c), row('1', b), row('3', a)]),
    );
    expect(done.map((each) => 'contactId' in each && each.contactId).slice(0, 2)).toEqual([
      two,
      one,
    ]);
    expect(await Promise.all([b, c].map((phone) => found({ phone })))).toEqual([one, two]);
  });

  test('is not another connection’s: its differing value is a conflict', async () => {
    const phone = phoneOf(1);
    const contactId = await idOf({ ...record('hubspot', '1'), phone });
    await idOf({ ...record('zendesk', '1'), phone });
    const differs = { ...record('zendesk', '1'), phone: phoneOf(2) };
    const unowned = ['phone'];
    expect(await register(differs)).toEqual({
      conflict: 'another-value',
      contacts: [contactId],
      unowned,
    });
    expect(await register(differs, { decided: 'moved-to-second' })).toMatchObject({
      contactId,
      moved: ['phone'],
    });
  });

  test('of what was told before tellers were kept is the only connection’s', async () => {
    const [phone, other] = [phoneOf(1), phoneOf(2)];
    const contactId = await idOf({ crmId: `c${nth}`, phone });
    await database.queryable.query('UPDATE vault.identities SET teller = NULL');
    expect(await register({ crmId: `c${nth}`, phone: other })).toMatchObject({
      contactId,
      moved: ['phone'],
    });
  });
});

describe('a conflict', () => {
  test('that a person settles gives the number to the record that claims it', async () => {
    const phone = phoneOf(1);
    const one = await idOf({ ...record('hubspot', '1'), phone });
    const two = await idOf(record('hubspot', '2'));
    const claim = { ...record('hubspot', '2'), phone };
    const contacts = [one, two];
    expect(await register(claim)).toEqual({ conflict: 'owned-by-another', contacts, unowned: [] });
    expect(await register(claim, { decided: 'moved-to-second' })).toMatchObject({
      contactId: two,
      losers: [one],
    });
    expect(await found({ phone })).toBe(two);
  });
});

describe('a claim under a new name on what several have', () => {
  test('that a person moves to the second is the last listed contact’s, and makes nobody anew', async () => {
    const [phone, bsuid] = [phoneOf(1), `FR.${nth}0001`];
    const one = await idOf({ ...record('hubspot', '1'), bsuid });
    const two = await idOf({ ...record('hubspot', '2'), phone });
    const claim = { ...record('zendesk', '3'), bsuid, phone };
    expect(await register(claim)).toMatchObject({
      conflict: 'owned-by-another',
      contacts: [one, two],
    });
    expect(await register(claim, { decided: 'moved-to-second' })).toMatchObject({
      contactId: two,
      created: false,
      losers: [one],
    });
    expect(
      await Promise.all([{ phone }, { bsuid }, claim].map((identities) => found(identities))),
    ).toEqual([two, two, two]);
    expect(await found(record('hubspot', '1'))).toBe(one);
  });
});

describe('an end that lies ahead', () => {
  const endsAhead = (subject: string, identities: Identities) =>
    database.transaction((tx) =>
      index.end(
        tx,
        { tenantId: 'acme', subject },
        { identities, until: new Date(start + HOUR_MS) },
      ),
    );

  test('lets the next owner begin with the hour: the instant is nowhere', async () => {
    const phone = phoneOf(1);
    const one = await idOf({ ...record('hubspot', '1'), phone });
    now = start + 25 * 60_000 + 123;
    await endsAhead(one, { phone });
    const two = await idOf({ ...record('hubspot', '2'), phone });
    const rows = await database.queryable.query<{ since: Date }>(
      `SELECT since FROM vault.identities WHERE contact_id = $1 AND kind = 'phone'`,
      [two],
    );
    expect(rows).toEqual([{ since: new Date(start) }]);
    expect([await found({ phone }), await found({ phone }, start - 1)]).toEqual([two, one]);
  });

  test('twice within an hour leaves the number to the latest', async () => {
    const phone = phoneOf(1);
    const ids = [];
    for (const id of ['1', '2', '3']) {
      now += 60_000;
      const contactId = await idOf({ ...record('hubspot', id), phone });
      ids.push(contactId);
      if (id !== '3') await endsAhead(contactId, { phone });
    }
    expect([await found({ phone }), await found({ phone }, start - 1)]).toEqual([ids[2], ids[0]]);
  });
});

describe('registrations that race', () => {
  const drawn = <Value>(values: readonly Value[]): Value =>
    values[randomInt(values.length)] as Value;

  test('end each other’s moves in some order, and leave one owner of each', async () => {
    const phones = [1, 2, 3, 4].map(phoneOf);
    const emails = ['a', 'b'].map((name) => `${name}${nth}@exemple.fr`);
    for (let round = 0; round < 6; round += 1) {
      now += HOUR_MS;
      const batches = Array.from({ length: 8 }, () =>
        Array.from({ length: 5 }, () => ({
          ...record('hubspot', drawn(['1', '2', '3', '4'])),
          phone: drawn(phones),
          email: drawn(emails),
        })),
      );
      await Promise.all(
        batches.map((batch) => database.transaction((tx) => index.registerMany(tx, 'acme', batch))),
      );
    }
    const owners = await index.ownersMany(
      'acme',
      phones.map((phone) => ({ phone })),
    );
    for (const own of owners) expect(own.length).toBeLessThanOrEqual(1);
    const links = await index.ownersMany(
      'acme',
      ['1', '2', '3', '4'].map((id) => record('hubspot', id)),
    );
    // Records stay apart whatever number went from one to the other.
    const known = links.flat();
    expect(new Set(known).size).toBe(known.length);
  });

  test('of one person get one id', async () => {
    const row = { ...record('hubspot', '1'), phone: phoneOf(1), email: `r${nth}@exemple.fr` };
    const ids = await Promise.all(Array.from({ length: 20 }, () => idOf(row)));
    expect(new Set(ids).size).toBe(1);
  });
});

describe('the database', () => {
  test('has one owner at most of a strong identity', async () => {
    await idOf({ phone: phoneOf(1) });
    const copy = `INSERT INTO vault.identities (tenant_id, kind, bidx, contact_id)
      SELECT tenant_id, kind, bidx, 'ct_another' FROM vault.identities WHERE kind = 'phone' AND until IS NULL`;
    await expect(database.queryable.query(copy)).rejects.toMatchObject({
      constraint: 'identities_one_owner',
    });
  });

  test('keeps the rows of an earlier version, who are found as they were', async () => {
    const before = await testDatabase();
    const old = await openDatabase({ url: before.url, schema: 'vault', poolSize: 2 });
    const strongAndWeak = vaultMigrations.findIndex(({ name }) => name.startsWith('StrongAndWeak'));
    expect(strongAndWeak).toBeGreaterThan(0);
    const earlier = vaultMigrations.slice(0, strongAndWeak);
    await migrate(old, earlier);
    const key = Buffer.alloc(32, 9);
    const row = (kind: string, value: string, contactId: string, until: string | null = null) =>
      old.queryable.query('INSERT INTO vault.identities VALUES ($1, $2, $3, $4, $5)', [
        'acme',
        kind,
        createHmac('sha256', key).update(`acme|${kind}|${value}`).digest(),
        contactId,
        until,
      ]);
    await row('crmId', '501', 'ct_one');
    await row('phone', '+33639980101', 'ct_one');
    await row('email', 'Ana@exemple.fr', 'ct_one');
    await row('phone', '+33639980102', 'ct_one', '2026-11-01T00:00:00Z');
    await migrate(old, vaultMigrations);
    const upgraded = new IdentityIndex({ queryable: old.queryable, key, now: () => start });
    const [crm, link, address, gone, then] = await upgraded.resolveMany(
      'acme',
      [
        { crmId: '501' },
        { link: { connection: 'default', object: 'contact', id: '501' } },
        { email: 'Ana@exemple.fr' },
        { phone: '+33639980102' },
        { phone: '+33639980102' },
      ],
      { at: [start, start, start, start, Date.parse('2026-10-01T00:00:00Z')] },
    );
    expect([crm, link, address, gone, then]).toEqual([
      'ct_one',
      'ct_one',
      'ct_one',
      undefined,
      'ct_one',
    ]);
    const registered = (identities: Identities) =>
      old.transaction((tx) => upgraded.register(tx, 'acme', identities));
    // The nightly export names its records by link from now on: the id alone may be another CRM's.
    const hubspot = { link: { connection: 'hubspot', object: 'contact', id: '501' } };
    const zendesk = { link: { connection: 'zendesk', object: 'contact', id: '501' } };
    expect(await registered({ ...zendesk, email: 'bob@exemple.fr' })).toMatchObject({
      created: true,
    });
    expect(await registered({ ...hubspot, email: 'Ana@exemple.fr' })).toMatchObject({
      contactId: 'ct_one',
      created: false,
    });
    expect(await registered({ ...hubspot, phone: '+33639980103' })).toMatchObject({
      conflict: 'another-value',
    });
    expect(await registered({ crmId: '502', phone: '+33639980102' })).toMatchObject({
      created: true,
    });
    await old.close();
    await before.drop();
  });
});
