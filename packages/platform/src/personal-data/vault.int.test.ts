import { Clock } from '../config/clock.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { erased, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { openDatabase, type Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { LocalRootKey } from './root-key/local-root-key.ts';
import type { PhoneCountry } from './identity/phone-country.ts';
import { InvalidIdentity, SubjectErased } from './refusals.ts';
import { vaultMigrations } from './schema.ts';
import { Vault } from './vault.ts';

const tenantId = 'acme';
let home: string;
let scratch: TestDatabase;
let database: Database;
let rootKey: LocalRootKey;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-vault-'));
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 20 });
  await migrate(database, vaultMigrations);
  rootKey = await LocalRootKey.open(join(home, 'keys'));
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
  await rm(home, { recursive: true, force: true });
});

/** A vault as another process would have it: nothing cached. */
const freshVault = (nowMs = Date.now) =>
  new Vault({ queryable: database.queryable, rootKey, clock: { nowMs } });
const freshSubject = () => `ct_${randomUUID().replaceAll('-', '')}`;
const eventAbout = (subject: string, phone = '+33612345678') => ({
  id: randomUUID(),
  type: 'ContactRegistered',
  subject,
  tenantId,
  data: { contactId: subject, identities: { phone } },
});
const times = <Result>(count: number, run: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
const rowsOf = (subject: string) =>
  database.queryable.query('SELECT * FROM vault.subject_keys WHERE subject = $1', [subject]);
const register = (vault: Vault, identities: Record<string, string>) =>
  database.transaction((tx) => vault.register(tx, tenantId, identities));

/** Counts the statements that reach the database. */
const counted = () => {
  const statements: string[] = [];
  const parameters: (readonly unknown[])[] = [];
  const queryable: Queryable = {
    query: (text, values = []) => {
      statements.push(text);
      parameters.push(values);
      return database.queryable.query(text, values);
    },
  };
  return { statements, parameters, vault: new Vault({ queryable, rootKey, clock: new Clock() }) };
};

describe('keys of persons', () => {
  test('processes that race to mint agree on one key', async () => {
    const subject = freshSubject();
    const events = Array.from({ length: 30 }, () => eventAbout(subject));
    const sealed = await times(30, async (index) => {
      const event = events[index] as (typeof events)[number];
      return { ...event, data: (await freshVault().sealer.seal([event]))[0] as object };
    });
    expect(await rowsOf(subject)).toHaveLength(1);
    const opened = await freshVault().sealer.open(sealed);
    expect(opened).toEqual(events.map(({ data }) => data));
  });

  test('batches lock subjects in one order, however they were asked, so that none waits in a circle', async () => {
    const subjects = Array.from({ length: 100 }, freshSubject);
    const { statements, parameters, vault } = counted();
    await vault.sealer.seal(subjects.map((subject) => eventAbout(subject)));
    const minting = statements.findIndex((text) => text.includes('INTO vault.subject_keys'));
    expect(parameters[minting]?.[1]).toEqual(subjects.toSorted());
  });

  test('a known batch costs one key query, a cached one none', async () => {
    const events = Array.from({ length: 50 }, () => eventAbout(freshSubject()));
    await freshVault().sealer.seal(events);
    const { statements, vault } = counted();
    await vault.sealer.seal(events);
    expect(statements.filter((text) => text.includes('subject_keys'))).toHaveLength(1);
    statements.length = 0;
    await vault.sealer.seal(events);
    expect(statements).toEqual([]);
  });

  test('keys of an older epoch still open after the next one began', async () => {
    const event = eventAbout(freshSubject());
    const [data] = await freshVault().sealer.seal([event]);
    const later = freshVault(() => Date.now() + 40 * DAY_MS);
    await later.sealer.seal([eventAbout(freshSubject())]);
    expect(await later.sealer.open([{ ...event, data: data as object }])).toEqual([event.data]);
    const epochs = await database.queryable.query('SELECT * FROM vault.key_epochs');
    expect(epochs).toHaveLength(2);
  });

  test('a key moved to another subject does not unwrap', async () => {
    const [mine, theirs] = [freshSubject(), freshSubject()];
    await freshVault().sealer.seal([eventAbout(mine), eventAbout(theirs)]);
    await database.queryable.query(
      `UPDATE vault.subject_keys SET wrapped = (
         SELECT wrapped FROM vault.subject_keys WHERE subject = $1) WHERE subject = $2`,
      [mine, theirs],
    );
    await expect(freshVault().sealer.seal([eventAbout(theirs)])).rejects.toThrow('was changed');
  });
});

describe('erasure', () => {
  test('what was sealed reads as erased; the id is never given a key again', async () => {
    const vault = freshVault();
    const subject = freshSubject();
    const event = eventAbout(subject);
    const [data] = await vault.sealer.seal([event]);
    await vault.destroySubject({ tenantId, subject });
    for (const reader of [vault, freshVault()]) {
      expect(await reader.sealer.open([{ ...event, data: data as object }])).toEqual([
        { contactId: subject, identities: { phone: erased } },
      ]);
      await expect(reader.sealer.seal([eventAbout(subject)])).rejects.toThrow(SubjectErased);
    }
    expect(await rowsOf(subject)).toMatchObject([{ wrapped: null, epoch: null, revision: 1 }]);
  });

  test('erasing someone who never had a key forbids one all the same, twice over', async () => {
    const subject = freshSubject();
    await freshVault().destroySubject({ tenantId, subject });
    await freshVault().destroySubject({ tenantId, subject });
    await expect(freshVault().sealer.seal([eventAbout(subject)])).rejects.toThrow(SubjectErased);
  });

  test('minting that races with erasing leaves no live key', async () => {
    await times(25, async () => {
      const subject = freshSubject();
      await Promise.all([
        freshVault().destroySubject({ tenantId, subject }),
        ...Array.from({ length: 3 }, () =>
          freshVault()
            .sealer.seal([eventAbout(subject)])
            .catch((refusal: unknown) => expect(refusal).toBeInstanceOf(SubjectErased)),
        ),
      ]);
      expect(await rowsOf(subject)).toMatchObject([{ wrapped: null }]);
    });
  });

  test('erasures that wait for registrations leave them connections to seal with', async () => {
    const small = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 2 });
    const vault = new Vault({ queryable: small.queryable, rootKey, clock: new Clock() });
    await times(4, async (index) => {
      const known = { crmId: `waits-${index}` };
      const before = await register(vault, known);
      const subject = 'contactId' in before ? before.contactId : '';
      let erasing: Promise<unknown> = Promise.resolve();
      await database.transaction(async (tx) => {
        await vault.register(tx, tenantId, { ...known, email: `waits-${index}@example.fr` });
        erasing = vault.destroySubject({ tenantId, subject });
        await vault.sealer.seal([eventAbout(freshSubject())]);
      });
      await erasing;
    });
    await small.close();
  });

  test('the database itself refuses a revival', async () => {
    const subject = freshSubject();
    await freshVault().destroySubject({ tenantId, subject });
    const revive = `UPDATE vault.subject_keys
      SET wrapped = '\\x00', epoch = 1, erased_at = NULL WHERE subject = $1`;
    await expect(database.queryable.query(revive, [subject])).rejects.toThrow();
    await expect(
      database.queryable.query('DELETE FROM vault.subject_keys WHERE subject = $1', [subject]),
    ).rejects.toThrow();
  });

  test('the person who comes back is a new contact', async () => {
    const vault = freshVault();
    const identities = { phone: '+33611111111', email: 'back@example.fr' };
    const before = await register(vault, identities);
    const contactId = 'contactId' in before ? before.contactId : '';
    await vault.destroySubject({ tenantId, subject: contactId });
    expect(await vault.resolveMany(tenantId, [identities])).toEqual([undefined]);
    const after = await register(vault, identities);
    expect(after).toMatchObject({ created: true });
    expect(after).not.toMatchObject({ contactId });
  });
});

describe('the identity index', () => {
  test('fifty registrations of one person at once make one contact', async () => {
    const results = await times(50, (index) =>
      register(freshVault(), {
        bsuid: 'FR.50',
        phone: index % 2 === 0 ? '+33622222222' : '06 22 22 22 22'.replace('0', '+33 '),
        ...(index % 3 === 0 && { crmId: 'c-50' }),
        ...(index % 5 === 0 && { email: 'fifty@example.fr' }),
      }),
    );
    const ids = results.map((one) => ('contactId' in one ? one.contactId : 'conflict'));
    expect(new Set(ids).size).toBe(1);
    expect(results.filter((one) => 'created' in one && one.created)).toHaveLength(1);
    const added = results.flatMap((one) => ('added' in one ? one.added : []));
    expect(added.toSorted()).toEqual(['bsuid', 'crmId', 'email', 'phone']);
  });

  test('a contact gains identities, and two contacts are a conflict that writes nothing', async () => {
    const vault = freshVault();
    const first = await register(vault, { phone: '+33633333333' });
    expect(await register(vault, { phone: '+33633333333', bsuid: 'FR.3' })).toEqual({
      ...first,
      created: false,
      added: ['bsuid'],
    });
    const second = await register(vault, { crmId: 'other' });
    const both = { bsuid: 'FR.3', crmId: 'other', email: 'new@example.fr' };
    // Last the one that the record is.
    const ids = [first, second].map((one) => 'contactId' in one && one.contactId);
    const conflict = { conflict: 'owned-by-another', contacts: ids, unowned: [] };
    expect(await register(vault, both)).toEqual(conflict);
    expect(await vault.resolveMany(tenantId, [{ email: 'new@example.fr' }])).toEqual([undefined]);
  });

  test.each([
    ['+5511987654321', '+551187654321'],
    ['+541123456789', '+5491123456789'],
    ['+5215512345678', '+525512345678'],
  ])('%s and %s are one person', async (one, other) => {
    const vault = freshVault();
    const registered = await register(vault, { phone: one });
    expect(await register(vault, { phone: other })).toEqual({
      ...registered,
      created: false,
      added: [],
    });
  });

  test('the spellings of one number, in one batch or alone, meet in one contact', async () => {
    const vault = freshVault();
    const spellings: [string, PhoneCountry?][] = [
      ['+55 48 9 8123-4567'],
      ['554881234567', 'BR'],
      ['(48) 98123-4567', 'BR'],
      ['48 8123 4567', 'BR'],
      ['0055 48 98123 4567', 'FR'],
      ['＋５５ ４８ ８１２３ ４５６７'],
      ['+٥٥٤٨٩٨١٢٣٤٥٦٧'],
    ];
    const contactIds = new Set<unknown>();
    for (const [phone, defaultCountry] of spellings) {
      const options = defaultCountry && { defaultCountry };
      const one = await database.transaction((tx) =>
        vault.register(tx, tenantId, { phone }, options),
      );
      contactIds.add('contactId' in one && one.contactId);
      contactIds.add((await vault.resolveMany(tenantId, [{ phone }], options))[0]);
    }
    const batch = await database.transaction((tx) =>
      vault.registerMany(
        tx,
        'batch',
        spellings.map(([phone]) => ({ phone })),
        { defaultCountry: 'BR' },
      ),
    );
    expect(contactIds.size).toBe(1);
    expect(new Set(batch.map((one) => 'contactId' in one && one.contactId)).size).toBe(1);
  });

  test('a parent id joins nobody: two business-scoped ids under it are two people', async () => {
    const vault = freshVault();
    const parentBsuid = 'FR.ENT.11815799212886844831';
    const first = await register(vault, { bsuid: 'FR.81', parentBsuid });
    const contactId = 'contactId' in first ? first.contactId : '';
    // As long as one alone has it, it finds them.
    expect(await vault.resolveMany(tenantId, [{ parentBsuid }])).toEqual([contactId]);
    expect(await register(vault, { bsuid: 'FR.82', parentBsuid })).toMatchObject({
      created: true,
      added: ['bsuid', 'parentBsuid'],
      candidates: [contactId],
    });
    const [one, two, ...others] = await vault.resolveMany(tenantId, [
      { bsuid: 'FR.81' },
      { bsuid: 'FR.82', parentBsuid },
      { parentBsuid },
      // The same text as another kind of id is somebody else's.
      { bsuid: parentBsuid },
    ]);
    expect([one, others]).toEqual([contactId, [undefined, undefined]]);
    expect(two).not.toBe(contactId);
  });

  test('many are resolved in one query; tenants do not see each other', async () => {
    const people = Array.from({ length: 200 }, (_, index) => ({ crmId: `bulk-${index}` }));
    const { statements, vault } = counted();
    const registered = await database.transaction((tx) => vault.registerMany(tx, tenantId, people));
    const ids = registered.map((one) => 'contactId' in one && one.contactId);
    const asked = [...people, { crmId: 'nobody' }, { phone: 'not a phone' }];
    expect(await vault.resolveMany(tenantId, asked)).toEqual([...ids, undefined, undefined]);
    expect(statements).toHaveLength(1);
    expect(await vault.resolveMany('other', [{ crmId: 'bulk-1' }])).toEqual([undefined]);
  });

  test('a person twice in a batch is one contact; a bad phone refuses before writing', async () => {
    const vault = freshVault();
    const twice = [
      { crmId: 'twice' },
      { crmId: 'twice', email: 't@example.fr' },
      { email: 't@example.fr' },
    ];
    const registered = await database.transaction((tx) => vault.registerMany(tx, tenantId, twice));
    expect(new Set(registered.map((one) => 'contactId' in one && one.contactId)).size).toBe(1);
    expect(registered).toMatchObject([
      { created: true, added: ['crmId'] },
      { created: false, added: ['email'] },
      { created: false, added: [] },
    ]);
    await expect(register(vault, { crmId: 'bad', phone: '12' })).rejects.toThrow(InvalidIdentity);
    expect(await vault.resolveMany(tenantId, [{ crmId: 'bad' }])).toEqual([undefined]);
  });

  test('a registration that rolls back leaves nobody', async () => {
    const vault = freshVault();
    const work = database.transaction(async (tx) => {
      await vault.register(tx, tenantId, { crmId: 'rolled-back' });
      throw new Error('the append failed');
    });
    await expect(work).rejects.toThrow('the append failed');
    expect(await vault.resolveMany(tenantId, [{ crmId: 'rolled-back' }])).toEqual([undefined]);
  });

  test('an erasure waits for the registration it meets, and takes what that added', async () => {
    const vault = freshVault();
    const known = { crmId: 'meets' };
    const before = await register(vault, known);
    const subject = 'contactId' in before ? before.contactId : '';
    let erasing: Promise<unknown> = Promise.resolve();
    await database.transaction(async (tx) => {
      await vault.register(tx, tenantId, { ...known, email: 'meets@example.fr' });
      const eraser = { done: false };
      erasing = vault.destroySubject({ tenantId, subject }).finally(() => {
        eraser.done = true;
      });
      const waiting = `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while (!eraser.done && (await database.queryable.query(waiting)).length === 0);
    });
    await erasing;
    const left = 'SELECT 1 FROM vault.identities WHERE contact_id = $1';
    expect(await database.queryable.query(left, [subject])).toEqual([]);
  });
});

describe('the vault as a whole', () => {
  test('no table of it holds a phone, whatever the spelling', async () => {
    const vault = freshVault();
    const phone = '+33698765432';
    const registered = await register(vault, { phone, email: 'canary@example.fr' });
    const subject = 'contactId' in registered ? registered.contactId : '';
    await vault.sealer.seal([eventAbout(subject, phone)]);
    const tables = await database.queryable.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.map(({ name }) => name)).toContain('vault.identities');
    const dumps = await Promise.all(
      tables.map(({ name }) => database.queryable.query(`SELECT t::text AS row FROM ${name} t`)),
    );
    const dump = JSON.stringify(dumps);
    expect(dump).toContain(subject);
    const hex = (text: string) => Buffer.from(text).toString('hex');
    for (const part of ['98765432', 'canary@', hex('98765432'), hex('canary@')]) {
      expect(dump).not.toContain(part);
    }
  });
});
