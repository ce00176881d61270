import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, test } from '@jest/globals';
import { Database, type LogRecord, MessageLog, partitionOf, toRecord } from '@tact/platform';
import { expectWhole, linksOf } from '../testing/audit-links.ts';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

let stage: ComplianceUnderTest;
const workers = new Set<ChildProcess>();
/** Every process loads its code while the first service boots; each boots when a test says so. */
let loaded: ChildProcess[];

const spawned = (): ChildProcess => {
  const loader = new URL('../../../../packages/testing/jest/from-source.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('../testing/compliance-worker.ts', import.meta.url));
  const from = ['--no-warnings', '--conditions=tact-source', '--import', loader, script];
  const worker = spawn(process.execPath, from, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  workers.add(worker);
  return worker;
};

beforeAll(async () => {
  loaded = Array.from({ length: 3 }, spawned);
  stage = await bootCompliance();
}, 60_000);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await stage?.stop();
});

const booted = async (worker: ChildProcess): Promise<ChildProcess> => {
  worker.stdin?.write(`${JSON.stringify({ url: stage.url, home: stage.home })}\n`);
  await once(worker.stdout ?? worker, 'data');
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

test('several processes, some killed, and records that come twice make one chain without a gap, a fork or a duplicate', async () => {
  const { service } = stage;
  const log = service.app.get(MessageLog);
  const database = service.app.get(Database);
  const [one, other, another] = loaded as [ChildProcess, ChildProcess, ChildProcess];
  const counts = new Map<string, number>();
  // Of tenants that nothing else is done for: the first tenant's own chain begins with its creation.
  const tenants = ['one', 'another'];
  const [first, second] = await Promise.all([booted(one), booted(other)]);
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
  const late = await booted(another);
  const isWhole = async () => {
    const all = await Promise.all(tenants.map((tenantId) => linksOf(database, tenantId)));
    return all.every(({ length }) => length >= 500);
  };
  while (!(await isWhole())) await pause(20);
  await killed(late);
  await service.settled();
  for (const tenantId of tenants) expectWhole(await linksOf(database, tenantId), 500);
}, 60_000);
