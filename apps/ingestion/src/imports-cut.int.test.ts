import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ImportAccepted, ImportProgress, type Problem } from '@tact/contracts';
import {
  ApiKeys,
  bootService,
  createLog,
  Database,
  EventStore,
  type RunningService,
  Vault,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../packages/testing/src/postgres.ts';
import { ImportLines, judge } from './apply-imports/import-lines.ts';
import { type Claim, ClaimLost, ImportWork } from './apply-imports/import-work.ts';
import { ImportWorker } from './apply-imports/import-worker.ts';
import { ingestionService } from './ingestion-service.ts';
import { runLines } from './line-outcomes.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let apiKey: string;
let crmIds: string[];

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-imports-'));
  service = await bootService(ingestionService, {
    environment: {
      ...{ DATABASE_URL: server.url, TACT_HOME: home, TACT_MODE: 'embedded' },
      ...{ WHATSAPP_APP_SECRET: 'x', WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_WABA_IDS: '1' },
    },
    log: createLog({ service: 'ingestion', level: 'silent' }),
  });
  const wanted = { tenantId: 'demo', scopes: ['admin'] as const, label: 'test' };
  apiKey = (await service.app.get(ApiKeys).create(wanted)).key;
  // The steps are taken one by one here, so that a crash can be put between two of them.
  await service.app.get(ImportWorker).onModuleDestroy();
  crmIds = await Promise.all(Array.from({ length: 20 }, person));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  if (home) await rm(home, { recursive: true, force: true });
});
beforeEach(() => workOff());

const query = <Row>(text: string, values: readonly unknown[] = []) =>
  service.app.get(Database).queryable.query<Row>(text, values);
const step = () => service.app.get(ImportWorker).step();
const workOff = async () => {
  while (await step());
};
const call = (path: string, init: RequestInit & { duplex?: 'half' } = {}) => {
  const authorization = `Bearer ${apiKey}`;
  const headers = { authorization, ...(init.headers as Record<string, string>) };
  return fetch(`${service.origin}${path}`, { ...init, headers });
};
const person = async (): Promise<string> => {
  const crmId = `c-${randomUUID()}`;
  const consent = {
    ...{ purpose: 'signal-analysis', channel: 'whatsapp', state: 'given' },
    ...{ at: '2026-01-05T09:00:00Z', proof: { source: 'form' } },
  };
  await service.app.inject({
    ...{ method: 'POST', url: '/v1/contacts' },
    headers: { authorization: `Bearer ${apiKey}` },
    payload: { identities: { crmId }, consents: [consent] },
  });
  return crmId;
};
const post = (
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) =>
  call('/v1/imports?type=signals', {
    ...{ method: 'POST', body, duplex: 'half' as const },
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    ...(signal ? { signal } : {}),
  });
const upload = async (
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
) => {
  const answer = await post(body, headers);
  expect(answer.status).toBe(202);
  return ImportAccepted.parse(await answer.json()).importId;
};
const progressOf = async (importId: string) =>
  ImportProgress.parse(await (await call(`/v1/imports/${importId}`)).json());
const signalLines = (count: number, fields: object = {}): string[] =>
  Array.from({ length: count }, (_, nth) => {
    const contact = { crmId: crmIds[nth % crmIds.length] };
    const line = { id: randomUUID(), contact, kind: 'message-delivered' };
    return `${JSON.stringify({ ...line, occurredAt: '2026-11-02T08:00:00Z', ...fields })}\n`;
  });
const recorded = async (): Promise<number> => {
  const [row] = await query<{ n: number }>(
    `SELECT count(*)::int AS n FROM events WHERE type = 'SignalRecorded'`,
  );
  return row?.n ?? 0;
};
/** What a worker does with a chunk, in the two halves between which a process may die. */
const claimed = async (): Promise<Claim> => {
  const claim = await service.app.get(ImportWork).claim();
  if (!claim) throw new Error('there was nothing to claim');
  return claim;
};
const judged = async (claim: Claim, fail?: Error): Promise<Claim | undefined> => {
  const work = service.app.get(ImportWork);
  const lines = await work.linesOf(claim);
  const all = lines.map((line) => judge(claim.type, line));
  let next: Claim | undefined;
  await runLines(
    service.app.get(EventStore),
    (erased) => service.app.get(ImportLines).prepare(claim, all, erased),
    {
      after: async (tx, outcomes) => {
        if (fail) throw fail;
        next = await work.done(tx, claim, lines, outcomes);
      },
    },
  );
  return next;
};
const leaseEnds = () => query(`UPDATE imports SET lease_until = now() - interval '1 s'`);

describe('a worker that dies', () => {
  test('with a chunk in hand leaves it to the next, and every line is one effect', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(4_500).join(''));
    const dead = await judged(await claimed());
    if (dead === undefined) throw new Error('the next chunk was left to others');
    expect(dead.chunk).toBe(1);
    // In the middle of the transaction, after the appends.
    await expect(judged(dead, new Error('killed'))).rejects.toThrow('killed');
    expect(await progressOf(importId)).toMatchObject({ lines: { applied: 1_000 } });
    // Its lease holds the others off, until it ends.
    expect(await step()).toBe(false);
    await leaseEnds();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({
      ...{ state: 'finished', notContactable: 0 },
      lines: { read: 4_500, applied: 4_500, duplicate: 0, rejected: 0 },
    });
    expect((await recorded()) - before).toBe(4_500);
  }, 60_000);

  test('not, but was only slow, changes nothing once another has done its chunk', async () => {
    const before = await recorded();
    const importId = await upload(signalLines(100).join(''));
    const slow = await claimed();
    await leaseEnds();
    const fast = await claimed();
    expect(fast.chunk).toBe(slow.chunk);
    const racing = await Promise.allSettled([judged(slow), judged(fast)]);
    expect(racing.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(racing[0]).toMatchObject({ reason: expect.any(ClaimLost) });
    await workOff();
    expect((await progressOf(importId)).lines).toMatchObject({ applied: 100, duplicate: 0 });
    expect((await recorded()) - before).toBe(100);
  }, 60_000);

  test('not, but is stopped between two chunks, leaves the import to others at once', async () => {
    await upload(signalLines(2_500).join(''));
    await step();
    expect(await service.app.get(ImportWork).claim()).toBeUndefined();
    await service.app.get(ImportWorker).onModuleDestroy();
    expect((await claimed()).chunk).toBe(1);
    await leaseEnds();
  });

  test('leaves other imports their turn', async () => {
    const long = await upload(signalLines(6_000).join(''));
    const short = await upload(signalLines(10).join(''));
    for (let turn = 0; turn < 4; turn += 1) await step();
    expect(await progressOf(short)).toMatchObject({ lines: { applied: 10 } });
    expect(await progressOf(long)).toMatchObject({ state: 'processing' });
    expect((await progressOf(long)).lines.applied).toBeLessThan(6_000);
  }, 60_000);

  test('by a chunk that cannot be done is tried again later, and the import says how far it is', async () => {
    const importId = await upload(signalLines(10).join(''));
    const sealed = await query<{ sealed: Buffer }>('SELECT sealed FROM import_chunks');
    await query(`UPDATE import_chunks SET sealed = '\\x00'`);
    expect(await step()).toBe(true);
    expect(await step()).toBe(false);
    expect(await progressOf(importId)).toMatchObject({
      state: 'processing',
      lines: { applied: 0 },
    });
    await query('UPDATE import_chunks SET sealed = $1', [sealed[0]?.sealed]);
    await leaseEnds();
    await workOff();
    expect(await progressOf(importId)).toMatchObject({ state: 'finished', lines: { applied: 10 } });
  }, 60_000);
});

/** A body that gives its lines and then stays open until it is cut. */
const openBody = (lines: readonly string[]) => {
  const cut = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(lines.join(''))),
  });
  return { body, cut };
};
const until = async <T>(ask: () => Promise<T>, satisfies: (value: T) => boolean): Promise<T> => {
  for (let left = 2_000; left > 0; left -= 1) {
    const value = await ask();
    if (satisfies(value)) return value;
    await pause(10);
  }
  throw new Error('it never came to be');
};
const newest = async () => {
  const [row] = await query<{ id: string; chunks: number; upload: string }>(
    `SELECT import_id AS id, chunks_received AS chunks, upload FROM imports
     ORDER BY keyed_at DESC LIMIT 1`,
  );
  if (!row) throw new Error('no import was begun');
  return row;
};

describe('an upload', () => {
  test('is judged while it runs; cut, it is incomplete, and sent again it is whole', async () => {
    const before = await recorded();
    const lines = signalLines(4_200);
    const { body, cut } = openBody(lines);
    const key = { 'idempotency-key': randomUUID() };
    const sending = post(body, key, cut.signal).catch((error: unknown) => error);
    const { id } = await until(newest, ({ chunks }) => chunks === 4);
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'receiving', lines: { applied: 4_000 } });
    const meanwhile = await post(lines.join(''), key);
    expect(meanwhile.status).toBe(409);
    cut.abort();
    await sending;
    await until(newest, ({ upload: how }) => how === 'cut');
    await workOff();
    expect(await progressOf(id)).toMatchObject({
      ...{ state: 'incomplete', finishedAt: expect.any(String) },
      lines: { read: 4_000, applied: 4_000 },
    });
    const again = await upload(lines.join(''), key);
    await workOff();
    expect((await progressOf(again)).lines).toMatchObject({ duplicate: 4_000, applied: 200 });
    expect((await recorded()) - before).toBe(4_200);
  }, 60_000);

  test('whose process died is taken for cut after a minute of silence', async () => {
    const { body, cut } = openBody(signalLines(2_000));
    const sending = post(body, {}, cut.signal).catch((error: unknown) => error);
    const { id } = await until(newest, ({ chunks }) => chunks === 2);
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'receiving' });
    await query(
      `UPDATE imports SET upload_seen_at = now() - interval '61 s' WHERE import_id = $1`,
      [id],
    );
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'incomplete', lines: { applied: 2_000 } });
    cut.abort();
    await sending;
  }, 60_000);

  test('with an idempotency key is one import; with another body the key is refused', async () => {
    const lines = signalLines(5);
    const key = { 'idempotency-key': randomUUID() };
    const first = await upload(lines.join(''), key);
    expect(await upload(lines.join(''), key)).toBe(first);
    await workOff();
    expect(await upload(lines.join(''), key)).toBe(first);
    const other = await post(signalLines(5).join(''), key);
    expect(other.status).toBe(422);
    expect(((await other.json()) as Problem).type).toBe('/problems/idempotency-mismatch');
    const [row] = await query<{ text: string }>(
      'SELECT i::text AS text FROM imports i WHERE import_id = $1',
      [first],
    );
    expect(row?.text).not.toContain(key['idempotency-key']);
  }, 60_000);
});

describe('what is kept', () => {
  /** Everything in every table the service can reach, as text. */
  const everyTable = async (): Promise<string> => {
    const tables = await query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps = await Promise.all(
      tables.map(({ name }) => query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`)),
    );
    return dumps.flatMap((rows) => rows.map(({ text }) => text)).join('\n');
  };
  const spellings = (text: string): string[] => {
    const padded = ['', 'x', 'xx'].map((pad) => Buffer.from(`${pad}${text}`).toString('base64'));
    return [
      text,
      Buffer.from(text).toString('hex'),
      ...padded.map((base64) => base64.slice(4, -4)),
    ];
  };

  test('of the lines is ciphertext until they are judged, and nothing but facts after', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`;
    const crmId = await person();
    const human = { kind: 'photo-missing', observer: `${canary}-who`, saw: `${canary}-what` };
    const lines = [
      ...signalLines(1, { ...human, contact: { crmId }, id: `${canary}-id` }),
      ...signalLines(1, { messageRef: `${canary}-wamid`, contact: { crmId } }),
      ...signalLines(1, { contact: { phone: canary }, id: `${canary}-gone` }),
      `{"${canary}`,
    ];
    const importId = await upload(lines.join(''), { 'idempotency-key': `${canary}-key` });
    const during = await everyTable();
    // The sweep can find what is there: the key of this very import.
    expect(during).toContain(importId);
    for (const spelt of [...spellings(canary), ...spellings(crmId)]) {
      expect(during).not.toContain(spelt);
    }
    expect(await query('SELECT seq FROM import_chunks')).toHaveLength(1);
    await workOff();
    const after = await everyTable();
    for (const spelt of [...spellings(canary), ...spellings(crmId)]) {
      expect(after).not.toContain(spelt);
    }
    expect(await progressOf(importId)).toMatchObject({
      ...{ state: 'finished', notContactable: 1 },
      lines: { applied: 2, rejected: 1 },
    });
    const [row] = await query('SELECT wrapped_key FROM imports WHERE import_id = $1', [importId]);
    expect(row).toEqual({ wrapped_key: null });
    expect(await query('SELECT seq FROM import_chunks')).toEqual([]);
  }, 60_000);

  test('of errors ends after thirty days, of numbers never', async () => {
    const importId = await upload('not json\n'.repeat(3));
    await workOff();
    const errors = () =>
      query('SELECT line FROM import_errors WHERE import_id = $1 ORDER BY line', [importId]);
    await query(`UPDATE import_errors SET at = now() - interval '29 days' WHERE line = 1`);
    await query(`UPDATE import_errors SET at = now() - interval '31 days' WHERE line = 2`);
    await service.app.get(ImportWork).forgetOldErrors();
    expect(await errors()).toEqual([{ line: 1 }, { line: 3 }]);
    expect((await progressOf(importId)).lines.rejected).toBe(3);
  }, 60_000);

  test('of a person erased meanwhile is nothing', async () => {
    const crmId = await person();
    const identities = [{ crmId }];
    const [subject = ''] = await service.app.get(Vault).resolveMany('demo', identities);
    const importId = await upload(signalLines(1, { contact: { contactId: subject } }).join(''));
    const stream = `contact-${subject}`;
    const before = await query('SELECT position FROM events WHERE stream = $1', [stream]);
    await service.app.get(Vault).destroySubject({ tenantId: 'demo', subject });
    await workOff();
    expect(await progressOf(importId)).toMatchObject({ notContactable: 1, lines: { applied: 0 } });
    expect(await query('SELECT position FROM events WHERE stream = $1', [stream])).toEqual(before);
  }, 60_000);
});
