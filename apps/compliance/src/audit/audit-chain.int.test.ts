import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditHeadTyp } from '@tact/contracts';
import { Database, type RunningService, SigningKeys, Vault } from '@tact/platform';
import { expectWhole, type Link, linksOf as linksIn } from '../testing/audit-links.ts';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';
import { blankEntries } from './blank-entries.ts';
import { AuditChain, type ReportedAct } from './audit-chain.ts';
import { hashOf } from './entry.ts';
import { entryPages } from './stored-entries.ts';
import { SignedHeads } from './signed-heads.ts';

let stage: ComplianceUnderTest;
let service: RunningService;

beforeAll(async () => {
  stage = await bootCompliance();
  ({ service } = stage);
}, 60_000);
afterAll(() => stage?.stop());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const actor = 'ak_0123456789abcdef0123';
const source = 'ingestion';
const linksOf = (tenantId: string): Promise<Link[]> => linksIn(service.app.get(Database), tenantId);

const act = (subject: string, more: Partial<ReportedAct> = {}): ReportedAct => ({
  actId: randomUUID(),
  tenantId: 'shop',
  subject,
  at: '2026-11-30T05:00:00.000Z',
  act: 'contact-merge-proposed',
  actor,
  reason: 'the same voice',
  event: { id: randomUUID(), source, sha256: sha256('an event') },
  ...more,
});

test('an erased person is in no entry, and the chain holds; what comes late is blank from the start', async () => {
  const database = service.app.get(Database);
  const [chain, vault] = [service.app.get(AuditChain), service.app.get(Vault)];
  const append = (...acts: ReportedAct[]) => database.transaction((tx) => chain.append(tx, acts));
  const [gone, stays] = [`ct_${'0e'.repeat(16)}`, `ct_${'0f'.repeat(16)}`];
  await append(act(gone), act(stays), act(gone));
  const before = await linksOf('shop');
  await vault.destroySubject({ tenantId: 'shop', subject: gone });
  expect(await database.transaction((tx) => blankEntries(tx, 'shop', gone))).toBe(2);
  expect(await database.transaction((tx) => blankEntries(tx, 'shop', gone))).toBe(0);
  await append(act(gone));
  const rows = await database.queryable.query<{
    text: string;
    subject: string | null;
    reason: string | null;
  }>(
    `SELECT e::text AS text, subject, reason FROM audit_entries e WHERE tenant_id = 'shop' ORDER BY seq`,
  );
  expect(rows.map(({ subject }) => subject)).toEqual([null, stays, null, null]);
  expect(rows.map(({ reason }) => reason === null)).toEqual([true, false, true, true]);
  expect(rows.filter(({ text }) => text.includes(gone))).toEqual([]);
  const after = await linksOf('shop');
  expect(after.slice(0, 3)).toEqual(before);
  expectWhole(after, 4);
});

test('an act that is there has no second effect, within a batch or after it', async () => {
  const database = service.app.get(Database);
  const chain = service.app.get(AuditChain);
  const same = act(`ct_${'1a'.repeat(16)}`, { tenantId: 'twice' });
  for (const acts of [[same, same], [same]]) {
    await database.transaction((tx) => chain.append(tx, acts));
  }
  expectWhole(await linksOf('twice'), 1);
});

test('the first entry is signed at once, later ones an hour after the first that no signature covers', async () => {
  const database = service.app.get(Database);
  const chain = service.app.get(AuditChain);
  const tenantId = 'signed';
  const add = () =>
    database.transaction((tx) => chain.append(tx, [act(`ct_${'1b'.repeat(16)}`, { tenantId })]));
  const heads = () =>
    database.queryable.query<{ seq: number; jws: string }>(
      'SELECT seq, jws FROM audit_heads WHERE tenant_id = $1 ORDER BY seq',
      [tenantId],
    );
  await add();
  while ((await heads()).length === 0) await pause(20);
  const appended = Date.now();
  for (let nth = 0; nth < 2; nth += 1) await add();
  const jobs = await database.queryable.query<{ runAt: Date }>(
    `SELECT run_at AS "runAt" FROM jobs WHERE kind = 'sign-audit-head' AND payload ->> 'tenantId' = $1`,
    [tenantId],
  );
  expect(jobs).toHaveLength(1);
  expect(Math.round((jobs[0]!.runAt.getTime() - appended) / 60_000)).toBe(60);
  await service.app.get(SignedHeads).sign(tenantId);
  const head = (await heads()).at(-1);
  const last = (await linksOf(tenantId)).at(-1);
  const said = await service.app.get(SigningKeys).verify(head?.jws ?? '', { typ: auditHeadTyp });
  expect(said).toMatchObject({ tenant: tenantId, seq: 3, hash: last?.hash });
});

test('what only the second form says is under the hash as much as the rest, and nobody changes it', async () => {
  const database = service.app.get(Database);
  const chain = service.app.get(AuditChain);
  const tenantId = 'formed';
  const append = (more: Partial<ReportedAct>) =>
    database.transaction((tx) => chain.append(tx, [act('formed', { tenantId, ...more })]));
  await append({});
  await append({ changed: ['country', 'dpo'] });
  await append({ shown: 0, changed: [] });
  const entries: object[] = [];
  const pages = entryPages(database.queryable, tenantId, { after: 0, upTo: 3 });
  for await (const page of pages) {
    for (const { entry, hash } of page) {
      expect(hashOf(entry)).toBe(hash);
      entries.push(entry);
    }
  }
  const [first, second, third] = entries;
  expect(first).not.toHaveProperty('form');
  expect(second).toMatchObject({ form: 2, changed: ['country', 'dpo'] });
  expect(third).toMatchObject({ form: 2, shown: 0 });
  expect(third).not.toHaveProperty('changed');
  for (const change of [`changed = '{country}'`, 'shown = 1']) {
    await expect(
      database.transaction(async (tx) => {
        await tx.query(`SELECT set_config('tact.blanking', 'on', true)`);
        await tx.query(
          `UPDATE audit_entries SET subject = NULL, salt = NULL, reason = NULL, ${change} WHERE tenant_id = 'formed'`,
        );
      }),
    ).rejects.toThrow('append-only');
  }
});
