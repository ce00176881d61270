import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditHeadTyp, consentReceiptTyp, DAY_MS, PublicSigningKeys } from '@tact/contracts';
import { compactVerify, createLocalJWKSet, CompactSign } from 'jose';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { Clock } from '../config/clock.ts';
import { accessMigrations } from '../http/access/access-migrations.ts';
import { Metrics } from '../observability/metrics.ts';
import { LocalRootKey } from '../personal-data/root-key/local-root-key.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { canonicalJson } from './canonical-json.ts';
import { endorsementOf } from './endorsement.ts';
import { kidOf as thumbprintOf } from './jws.ts';
import { signingMigrations } from './schema.ts';
import { SigningKeys } from './signing-keys.ts';
import { type NewToken, Tokens } from './tokens.ts';

let server: TestDatabase;
let folder: string;
let rootKey: LocalRootKey;
const open: Database[] = [];
const databases: Record<string, Database> = {};
const clock = new Clock({ startAt: new Date('2026-11-20T10:00:00Z'), mayMove: true });

beforeAll(async () => {
  server = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tact-signing-'));
  rootKey = await LocalRootKey.open(folder);
  for (const [schema, migrations] of [
    ['access', accessMigrations],
    ['outreach', signingMigrations],
    ['compliance', signingMigrations],
  ] as const) {
    const database = await openDatabase({ url: server.url, schema, poolSize: 3 });
    open.push(database);
    databases[schema] = database;
    await migrate(database, migrations);
  }
}, 60_000);
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  await server?.drop();
  await rm(folder, { recursive: true, force: true });
});

const databaseOf = (schema: string): Database => {
  const database = databases[schema];
  if (database === undefined) throw new Error(`no schema ${schema}`);
  return database;
};
const keysOf = (service: string) =>
  new SigningKeys({ database: databaseOf(service), rootKey, clock, service });
const receipt = { typ: consentReceiptTyp } as const;
const head = { typ: auditHeadTyp } as const;
const kidOf = (jws: string): unknown =>
  (JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown })
    .kid;

/** As anybody outside does it: with a library of others, and the public list alone. */
const verifiedOutside = async (jws: string) => {
  const published = JSON.stringify(await keysOf('compliance').jwks());
  const keys = createLocalJWKSet(PublicSigningKeys.parse(JSON.parse(published)));
  const { payload, protectedHeader } = await compactVerify(jws, keys);
  return { text: Buffer.from(payload).toString('utf8'), ...protectedHeader };
};

describe('signing', () => {
  test('what a service signs is verified by jose alone, and its text is canonical', async () => {
    const payload = { b: 1, a: ['é', { z: true, y: null }] };
    const jws = await keysOf('outreach').sign(payload, receipt);
    const outside = await verifiedOutside(jws);
    expect(outside).toMatchObject({
      alg: 'EdDSA',
      typ: consentReceiptTyp,
      text: canonicalJson(payload),
    });
  });

  test('one changed letter, another type and another key are not believed', async () => {
    const keys = keysOf('outreach');
    const jws = await keys.sign({ contactId: 'ct_1' }, receipt);
    expect(await keysOf('compliance').verify(jws, receipt)).toEqual({ contactId: 'ct_1' });
    const [top, , signature] = jws.split('.');
    const other = Buffer.from('{"contactId":"ct_2"}').toString('base64url');
    const forged = `${top}.${other}.${signature}`;
    await expect(verifiedOutside(forged)).rejects.toThrow();
    expect(await keys.verify(forged, receipt)).toBeUndefined();
    expect(await keys.verify(jws, head)).toBeUndefined();
    const none = Buffer.from('{"alg":"none","typ":"consent-receipt+jws","kid":"x"}').toString(
      'base64url',
    );
    for (const text of ['', 'a.b', `${none}.${other}.`, `${none}.${other}.AA`, `${jws}.a`]) {
      expect(await keys.verify(text, receipt)).toBeUndefined();
    }
  });

  test('processes of a service share one key; a new one signs at once, and the old signature holds', async () => {
    const [one, other] = [keysOf('compliance'), keysOf('compliance')];
    const [first, same] = await Promise.all([one.sign({ n: 1 }, head), other.sign({ n: 2 }, head)]);
    expect(kidOf(same)).toBe(kidOf(first));
    const kid = await one.rotate();
    const second = await one.sign({ n: 3 }, head);
    expect([kidOf(second), kidOf(first) === kid]).toEqual([kid, false]);
    // Who has not heard of it yet signs with what is still listed.
    const late = await other.sign({ n: 4 }, head);
    for (const jws of [first, second, late]) await verifiedOutside(jws);
    expect((await one.jwks()).keys[0]?.kid).toBe(kid);
  });

  test('a key that signed for ninety days signs no more', async () => {
    const keys = keysOf('compliance');
    const first = await keys.sign({ n: 1 }, head);
    clock.moveTo(clock.advancedMs + 90 * DAY_MS);
    const second = await keys.sign({ n: 2 }, head);
    expect(kidOf(second)).not.toBe(kidOf(first));
    await verifiedOutside(first);
  });

  test('private parts are sealed, and of a former key there is none', async () => {
    const { queryable } = databaseOf('compliance');
    const rows = await queryable.query<{ sealed: Buffer }>('SELECT sealed FROM signing_keys');
    expect(rows).toHaveLength(1);
    // A PKCS #8 key of Ed25519 names its algorithm; nothing here does.
    const oid = Buffer.from('06032b6570', 'hex');
    expect(rows.every(({ sealed }) => !sealed.includes(oid))).toBe(true);
    const stranger = await LocalRootKey.open(join(folder, 'other'));
    const foreign = { database: databaseOf('compliance'), rootKey: stranger, clock };
    const keys = new SigningKeys({ ...foreign, service: 'compliance' });
    await expect(keys.sign({}, head)).rejects.toThrow(/root key/);
  });

  test('a service signs its own kinds alone, and is believed of no other', async () => {
    await expect(keysOf('outreach').sign({}, head)).rejects.toThrow(/is signed by compliance/);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    const forgedBy = (typ: string) =>
      new CompactSign(Buffer.from('{}'))
        .setProtectedHeader({ alg: 'EdDSA', kid: thumbprintOf(x), typ })
        .sign(privateKey);
    const madeAt = clock.now();
    const insert = (endorsement: Buffer | null) =>
      databaseOf('outreach').queryable.query(
        `INSERT INTO access.signing_keys (kid, service, x, made_at, endorsement)
         VALUES ($1, 'outreach', $2, $3, $4) ON CONFLICT (kid) DO UPDATE SET endorsement = $4`,
        [thumbprintOf(x), x, madeAt, endorsement],
      );
    // Who writes to the database has no word of the root key, and that of another key is of no use.
    const [other] = await databaseOf('outreach').queryable.query<{ endorsement: Buffer }>(
      `SELECT endorsement FROM access.signing_keys WHERE endorsement IS NOT NULL LIMIT 1`,
    );
    for (const word of [null, Buffer.alloc(32), other?.endorsement ?? null]) {
      await insert(word);
      const { keys } = await keysOf('compliance').jwks();
      expect(keys.some(({ kid }) => kid === thumbprintOf(x))).toBe(false);
      const jws = await forgedBy(consentReceiptTyp);
      expect(await keysOf('compliance').verify(jws, receipt)).toBeUndefined();
    }
    // With the root key's word it is a key of outreach, and of nobody else.
    const listed = { kid: thumbprintOf(x), service: 'outreach', x, madeAt };
    await insert(endorsementOf(rootKey, listed));
    const verifier = keysOf('compliance');
    expect(await verifier.verify(await forgedBy(consentReceiptTyp), receipt)).toEqual({});
    expect(await verifier.verify(await forgedBy(auditHeadTyp), head)).toBeUndefined();
  });

  test('a key that is not listed any more is followed by a new one', async () => {
    const first = await keysOf('compliance').sign({ n: 1 }, head);
    await databaseOf('compliance').queryable.query(
      `UPDATE access.signing_keys SET service = 'outreach' WHERE kid = $1`,
      [kidOf(first)],
    );
    const second = await keysOf('compliance').sign({ n: 2 }, head);
    expect(kidOf(second)).not.toBe(kidOf(first));
    await verifiedOutside(second);
  });
});

describe('tokens', () => {
  const tokens = new Tokens(clock, new Metrics('outreach', { process: false }));
  const confirm = (more: Partial<NewToken> = {}): NewToken => ({
    purpose: 'confirm-consent',
    tenantId: 'demo',
    subject: 'ct_1',
    expiresAt: new Date(clock.nowMs() + DAY_MS),
    isSingleUse: true,
    about: { noticeId: 'nt_1', language: 'fr' },
    ...more,
  });
  const mint = (more?: Partial<NewToken>) =>
    databaseOf('outreach').transaction((tx) => tokens.mint(tx, confirm(more)));
  const look = (text: string, purpose = 'confirm-consent') =>
    tokens.look(databaseOf('outreach').queryable, purpose, text);
  const use = (text: string, purpose = 'confirm-consent') =>
    databaseOf('outreach').transaction((tx) => tokens.use(tx, purpose, text));

  test('one opens its own thing, tells what it is about, and is stored as a hash', async () => {
    const text = await mint();
    expect(text).toMatch(/^[\w-]{43}$/);
    expect(await look(text)).toMatchObject({
      state: 'valid',
      tenantId: 'demo',
      subject: 'ct_1',
      about: { noticeId: 'nt_1', language: 'fr' },
    });
    const { queryable } = databaseOf('outreach');
    const rows = await queryable.query<{ row: string }>('SELECT t::text AS row FROM tokens t');
    expect(rows.some(({ row }) => row.includes(text))).toBe(false);
    expect(rows.some(({ row }) => row.includes(Buffer.from(text).toString('hex')))).toBe(false);
  });

  test('a hundred looks use nothing up; of many uses at the same time one is told valid', async () => {
    const text = await mint();
    for (let nth = 0; nth < 100; nth += 1)
      expect(await look(text)).toMatchObject({ state: 'valid' });
    const used = await Promise.all(Array.from({ length: 10 }, () => use(text)));
    expect(used.map(({ state }) => state).toSorted()).toEqual([...Array(9).fill('used'), 'valid']);
    expect(await look(text)).toMatchObject({ state: 'used', tenantId: 'demo' });
  });

  test('a use that is undone was none', async () => {
    const text = await mint();
    const undone = databaseOf('outreach').transaction(async (tx) => {
      await tokens.use(tx, 'confirm-consent', text);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await use(text)).toMatchObject({ state: 'valid' });
  });

  test('one for many uses stays valid', async () => {
    const text = await mint({ isSingleUse: false });
    for (let nth = 0; nth < 3; nth += 1) expect(await use(text)).toMatchObject({ state: 'valid' });
  });

  test('cut, invented, of another purpose: unknown; late: expired; revoked: unknown', async () => {
    const text = await mint();
    for (const other of [text.slice(1), `${text}A`, 'A'.repeat(43), '', `${text.slice(0, -1)}'`]) {
      expect(await look(other)).toEqual({ state: 'unknown' });
      expect(await use(other)).toEqual({ state: 'unknown' });
    }
    expect(await use(text, 'unsubscribe')).toEqual({ state: 'unknown' });
    const revoked = await mint({ subject: 'ct_2' });
    await databaseOf('outreach').transaction((tx) =>
      tokens.revoke(tx, { purpose: 'confirm-consent', tenantId: 'demo', subject: 'ct_2' }),
    );
    expect(await use(revoked)).toEqual({ state: 'unknown' });
    clock.moveTo(clock.advancedMs + DAY_MS);
    expect(await use(text)).toMatchObject({ state: 'expired', subject: 'ct_1' });
    clock.moveTo(clock.advancedMs + 91 * DAY_MS);
    await tokens.deleteExpired(databaseOf('outreach').queryable);
    expect(await look(text)).toEqual({ state: 'unknown' });
  });

  test.each<Partial<NewToken>>([
    { about: { name: 'Alice Fictive' } },
    { about: { email: 'alice@example.org' } },
    { about: { phone: '+33639980177' } },
    { about: { phone: '33639980177' } },
    { subject: '' },
  ])('%j is no word', async (more) => {
    await expect(mint(more)).rejects.toThrow(/ids and words/);
  });
});
