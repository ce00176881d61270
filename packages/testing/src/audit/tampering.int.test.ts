import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '@tact/platform';
import { apiKey, type Constellation, startConstellation } from '../constellation.ts';
import { scratchFolder } from '../scratch.ts';

const folder = scratchFolder();
const [file, jwks] = [join(folder, 'audit.ndjson'), join(folder, 'jwks.json')];
let platform: Constellation;
let database: Database;
let compliance: string;

const sql = (text: string) => database.queryable.query<{ n: number }>(text);
const crmId = randomUUID();
const lookFor = () => platform.call('POST', '/v1/contacts/search', { identity: { crmId } });

beforeAll(async () => {
  platform = await startConstellation();
  compliance = platform.services.find(({ service }) => service === 'compliance')!.origin;
  await platform.call('POST', '/v1/contacts', { identities: { crmId }, timeZone: 'Europe/Paris' });
  for (let nth = 0; nth < 6; nth += 1) await lookFor();
  await platform.settled();
  database = await openDatabase({ url: platform.databaseUrl, schema: 'compliance' });
  // What the guards in the database refuse is done by somebody who may switch them off.
  for (const table of ['audit_entries', 'audit_heads']) {
    await sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  }
  writeFileSync(jwks, await textAt('/.well-known/privacy-jwks.json'));
}, 60_000);
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});

// Each test does its harm to the whole chain, and it is put back.
const tables = ['audit_entries', 'audit_heads', 'audit_chains'];
beforeEach(async () => {
  await platform.settled();
  for (const table of tables) await sql(`CREATE TABLE kept_${table} AS TABLE ${table}`);
});
afterEach(async () => {
  await platform.settled();
  for (const table of tables) {
    await sql(`DELETE FROM ${table}`);
    await sql(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
    await sql(`DROP TABLE kept_${table}`);
  }
  // As after a restore of the database: what was signed meanwhile was of another chain.
  rmSync(join(platform.home, 'audit-heads'), { recursive: true, force: true });
});

const textAt = async (path: string): Promise<string> => {
  const answer = await fetch(`${compliance}${path}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(answer.status).toBe(200);
  return answer.text();
};

const node = (...args: string[]) => {
  const loader = new URL('../../jest/from-source.mjs', import.meta.url).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--conditions=tact-source', '--import', loader, ...args],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', TACT_HOME: folder } },
  );
  return { status, said: `${stdout}${stderr}`.trim() };
};
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const byOutsider = () => node(path('outsider.mjs'), file, jwks);
const byTact = () =>
  node(path('../../../../apps/cli/src/main.ts'), 'verify-audit', file, '--jwks', jwks);

/** What the platform gives now, and what both find in it. */
const checked = async () => {
  await platform.settled();
  writeFileSync(file, await textAt('/v1/audit-events/export'));
  return { tact: byTact(), outsider: byOutsider() };
};

type Line = {
  readonly kind: string;
  readonly hash: string;
  readonly entry?: { readonly seq: number };
};

/** RFC 8785, as far as entries need it. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, one]) => [name, sorted(one)]),
      )
    : value;

/** A chain with a signature over its last entry. */
const exported = async () => {
  await textAt('/v1/audit-events/export');
  await platform.settled();
  const lines = (await textAt('/v1/audit-events/export'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const last = Math.max(...lines.map(({ entry }) => entry?.seq ?? 0));
  // That the chain was exported is an act too, and stands behind what was exported.
  await platform.settled();
  return { last };
};

/** The chain as who can write to the database would make it over from an entry on. */
const recomputed = async (from: number): Promise<void> => {
  const rows = await database.queryable.query<{ entry: object; seq: number; hash: string }>(
    `SELECT json_strip_nulls(json_build_object('tenant', tenant_id, 'seq', seq, 'act', act, 'actor', 'ak_00',
         'about', about, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'event', json_build_object('id', event_id, 'source', event_source, 'sha256', encode(event_sha256, 'hex')),
         'form', CASE WHEN changed IS NOT NULL OR shown IS NOT NULL THEN 2 END,
         'changed', changed, 'shown', shown,
         'subject', encode(subject_commitment, 'hex'), 'reason', encode(reason_commitment, 'hex'))) AS entry,
       seq, encode(hash, 'hex') AS hash FROM audit_entries WHERE seq >= ${from} ORDER BY seq`,
  );
  let prev = rows[0]!.hash;
  for (const { entry, seq } of rows.slice(1)) {
    const hash = createHash('sha256')
      .update(JSON.stringify(sorted({ ...entry, prev })))
      .digest('hex');
    await sql(
      `UPDATE audit_entries SET actor = 'ak_00', prev_hash = decode('${prev}', 'hex'), hash = decode('${hash}', 'hex')
       WHERE seq = ${seq}`,
    );
    prev = hash;
  }
  await sql(`UPDATE audit_chains SET hash = decode('${prev}', 'hex')`);
};

test('a chain that nobody touched holds, for tact and for a program that knows the published form alone', async () => {
  const { tact, outsider } = await checked();
  expect(outsider).toEqual({ status: 0, said: expect.stringMatching(/^holds: \d+$/) });
  expect(tact.said).toMatch(/^The audit of demo holds: \d+ entries, 0 of them blanked/);
  expect(tact.status).toBe(0);
});

describe('who may write to the database and', () => {
  test('changes a byte of an entry is found', async () => {
    await sql(`UPDATE audit_entries SET actor = overlay(actor placing 'f' from 8) WHERE seq = 3`);
    const { tact, outsider } = await checked();
    expect(outsider).toEqual({ status: 1, said: 'entry 3 was changed' });
    expect(tact.said).toContain('Entry 3 was changed: its hash is of another.');
    expect(tact.status).toBe(1);
  });

  test('deletes an entry is found', async () => {
    await sql('DELETE FROM audit_entries WHERE seq = 3');
    const { tact, outsider } = await checked();
    expect(outsider).toEqual({ status: 1, said: 'entry 4 stands behind entry 2' });
    expect(tact.said).toContain('Entry 3 is missing.');
    expect(tact.status).toBe(1);
  });

  test('swaps two entries is found', async () => {
    await sql('UPDATE audit_entries SET seq = -seq WHERE seq IN (3, 4)');
    await sql('UPDATE audit_entries SET seq = 7 + seq WHERE seq < 0');
    const { tact, outsider } = await checked();
    expect(outsider.status).toBe(1);
    expect(tact.said).toContain('Entry 3 was changed');
    expect(tact.said).toContain('Entry 4 was changed');
    expect(tact.status).toBe(1);
  });

  test('cuts off the end is found', async () => {
    const { last } = await exported();
    await sql(`DELETE FROM audit_entries WHERE seq >= ${last}`);
    const { tact, outsider } = await checked();
    expect(outsider.status).toBe(1);
    expect(tact.said).toMatch(new RegExp(`hold. Entr(y|ies) ${last} .*(is|are) (missing|cut off)`));
    expect(tact.status).toBe(1);
  });

  test('cuts off the end, and says that it was never longer, is found by a signature', async () => {
    const { last } = await exported();
    const end = last - 2;
    await sql(`DELETE FROM audit_entries WHERE seq > ${end}`);
    await sql(
      `UPDATE audit_chains c SET seq = e.seq, hash = e.hash FROM audit_entries e WHERE e.seq = ${end}`,
    );
    writeFileSync(file, await textAt('/v1/audit-events/export'));
    expect(byOutsider().status).toBe(1);
    const { status, said } = byTact();
    // The act of the export may be in the place of what was cut off by then.
    expect(said).toMatch(/cut off: a signature of .* holds|is not the one that was signed on/);
    expect(status).toBe(1);
  });

  test('recomputes the chain from an entry on is found by a signature', async () => {
    await exported();
    await recomputed(3);
    const { tact, outsider } = await checked();
    expect(outsider).toEqual({
      status: 1,
      said: expect.stringMatching(/^entry \d+ is not what was signed$/),
    });
    expect(tact.said).toMatch(
      /does not hold. Entry \d+ is not the one that was signed on .*: entry \d+ or a later one was rewritten, and those behind it recomputed/,
    );
    expect(tact.status).toBe(1);
  });
});

describe('what was rewritten in the database with all its signatures is not signed:', () => {
  const end = (lines: string) => lines.trim().split('\n').at(-1) ?? '';
  const open = async () =>
    (await sql(`SELECT count(*) AS n FROM alerts WHERE kind = 'audit-broken' AND until IS NULL`))[0]
      ?.n;
  const harms: [string, (last: number) => Promise<unknown>][] = [
    ['recomputed', () => recomputed(3)],
    [
      'cut off',
      async (last) => {
        await sql(`DELETE FROM audit_entries WHERE seq > ${last - 2}`);
        await sql(
          `UPDATE audit_chains c SET seq = e.seq, hash = e.hash FROM audit_entries e WHERE e.seq = ${last - 2}`,
        );
      },
    ],
    [
      'blanked',
      () =>
        sql('UPDATE audit_entries SET subject = NULL, salt = NULL, reason = NULL WHERE seq = 2'),
    ],
    ['emptied', () => sql('DELETE FROM audit_entries').then(() => sql('DELETE FROM audit_chains'))],
  ];

  test.each(harms)('%s', async (_name, harm) => {
    const { last } = await exported();
    expect(await open()).toBe(0);
    await harm(last);
    await sql('DELETE FROM audit_heads');
    const lines = await textAt('/v1/audit-events/export');
    expect(end(lines)).toMatch(/"kind":"head"/);
    expect(await open()).toBe(1);
    writeFileSync(file, lines);
    expect([byTact().status, byOutsider().status]).toEqual([1, 1]);
  });
});

test('nobody changes the chain while the guards are on, but an erasure that blanks', async () => {
  for (const table of ['audit_entries', 'audit_heads']) {
    await sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
  for (const harm of [
    `UPDATE audit_entries SET actor = 'x' WHERE seq = 1`,
    `UPDATE audit_entries SET subject = 'ct_other' WHERE seq = 1`,
    'UPDATE audit_entries SET subject = NULL, salt = NULL, reason = NULL WHERE seq = 2',
    'DELETE FROM audit_entries WHERE seq = 1',
    'TRUNCATE audit_entries',
    'DELETE FROM audit_heads',
  ]) {
    await expect(sql(harm)).rejects.toMatchObject({ code: 'TC003' });
  }
  await sql(
    `SELECT blank_audit_entries(tenant_id, subject) FROM audit_entries WHERE subject <> tenant_id LIMIT 1`,
  );
  const { tact, outsider } = await checked();
  for (const table of ['audit_entries', 'audit_heads']) {
    await sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  }
  expect(outsider).toMatchObject({ status: 0 });
  expect(tact.said).toMatch(/6 of them blanked/);
});
