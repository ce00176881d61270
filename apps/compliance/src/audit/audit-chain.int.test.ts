import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditHeadTyp } from '@tact/contracts';
import {
  Database,
  type LogRecord,
  MessageLog,
  partitionOf,
  type RunningService,
  SigningKeys,
  toRecord,
  Vault,
} from '@tact/platform';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';
import { blankEntries } from './blank-entries.ts';
import { AuditChain, type ReportedAct } from './audit-chain.ts';
import { SignedHeads } from './signed-heads.ts';

let stage: ComplianceUnderTest;
let service: RunningService;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  stage = await bootCompliance();
  ({ service } = stage);
}, 60_000);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await stage?.stop();
});

const started = async (): Promise<ChildProcess> => {
  const loader = new URL('../../../../packages/testing/jest/from-source.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('../testing/compliance-worker.ts', import.meta.url));
  const worker = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--conditions=tact-source',
      '--import',
      loader,
      script,
      stage.url,
      stage.home,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  workers.add(worker);
  await once(worker.stdout, 'data');
  return worker;
};
const killed = async (worker: ChildProcess): Promise<void> => {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  workers.delete(worker);
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const actor = 'ak_0123456789abcdef0123';
const source = 'ingestion';

/** Acts of many people as their service's relay would publish them, numbered by shard. */
const recordsOf = (tenantid: string, count: number, counts: Map<string, number>): LogRecord[] =>
  Array.from({ length: count }, (_, nth) => {
    const subject = `ct_${sha256(`${nth % 40}`).slice(0, 32)}`;
    const partition = partitionOf(subject, 6);
    const shard = `audit.v1:${partition}`;
    const shardSeq = (counts.get(shard) ?? 0) + 1;
    counts.set(shard, shardSeq);
    const data = {
      act: 'contact-viewed',
      actor,
      eventId: randomUUID(),
      eventSha256: sha256('an event'),
    };
    const event = {
      id: randomUUID(),
      source,
      type: 'ActRecorded',
      subject,
      time: '2026-11-30T05:00:00.000Z',
      dataschema: 'urn:tact:event:ActRecorded:1',
      tenantid,
      correlationid: randomUUID(),
      causationid: data.eventId,
      actorid: actor,
    };
    return toRecord(event, JSON.stringify(data), { topic: 'audit.v1', partition, shard, shardSeq });
  });

type Link = {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly actId: string;
};
const linksOf = (tenantId: string): Promise<Link[]> =>
  service.app.get(Database).queryable.query<Link>(
    `SELECT seq, encode(prev_hash, 'hex') AS prev, encode(hash, 'hex') AS hash, act_id AS "actId"
       FROM audit_entries WHERE tenant_id = $1 ORDER BY seq`,
    [tenantId],
  );

const expectWhole = (links: readonly Link[], count: number): void => {
  expect(links.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, nth) => nth + 1));
  expect(links.map(({ prev }) => prev)).toEqual([
    '0'.repeat(64),
    ...links.slice(0, -1).map(({ hash }) => hash),
  ]);
  expect(new Set(links.map(({ actId }) => actId)).size).toBe(count);
};

test('several processes, some killed, and records that come twice make one chain without a gap, a fork or a duplicate', async () => {
  const log = service.app.get(MessageLog);
  const counts = new Map<string, number>();
  const tenants = ['demo', 'other'];
  const [first, second] = await Promise.all([started(), started()]);
  const batches = Array.from({ length: 20 }, () =>
    tenants.flatMap((tenantId) => recordsOf(tenantId, 25, counts)),
  );
  for (const [nth, batch] of batches.entries()) {
    await log.publish(batch);
    // Whoever published and did not hear so publishes again.
    if (nth % 3 === 0) await log.publish(batch);
    if (nth === 6) await killed(first);
    if (nth === 12) await killed(second);
  }
  const late = await started();
  const isWhole = async () => {
    const all = await Promise.all(tenants.map(linksOf));
    return all.every(({ length }) => length >= 500);
  };
  while (!(await isWhole())) await pause(20);
  await killed(late);
  await service.settled();
  for (const tenantId of tenants) expectWhole(await linksOf(tenantId), 500);
}, 60_000);

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
