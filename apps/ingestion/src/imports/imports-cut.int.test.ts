import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Problem } from '@tact/contracts';
import { Vault } from '@tact/platform';
import { ImportWork } from './apply/import-work.ts';
import { importLinesUnderTest } from '../testing/imports-under-test.ts';

const {
  countsOf,
  everyTable,
  people,
  post,
  progressOf,
  query,
  recorded,
  running,
  signalLines,
  timePasses,
  upload,
  workOff,
} = importLinesUnderTest();

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
    const sending = post(body, { headers: key, signal: cut.signal }).catch(
      (error: unknown) => error,
    );
    const { id } = await until(newest, ({ chunks }) => chunks === 4);
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'receiving', lines: { accepted: 4_000 } });
    const meanwhile = await post(lines.join(''), { headers: key });
    expect(meanwhile.status).toBe(409);
    cut.abort();
    await sending;
    await until(newest, ({ upload: how }) => how === 'cut');
    await workOff();
    expect(await progressOf(id)).toMatchObject({
      state: 'incomplete',
      finishedAt: expect.any(String),
      lines: { read: 4_000, accepted: 4_000 },
    });
    const again = await upload(lines.join(''), { headers: key });
    await workOff();
    expect((await progressOf(again)).lines).toMatchObject({ duplicate: 4_000, accepted: 200 });
    expect((await recorded()) - before).toBe(4_200);
  }, 60_000);

  test('whose process died is taken for cut after a minute of silence', async () => {
    const { body, cut } = openBody(signalLines(2_000));
    const sending = post(body, { signal: cut.signal }).catch((error: unknown) => error);
    const { id } = await until(newest, ({ chunks }) => chunks === 2);
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'receiving' });
    await query(
      `UPDATE imports SET upload_seen_at = now() - interval '61 s' WHERE import_id = $1`,
      [id],
    );
    await timePasses();
    await workOff();
    expect(await progressOf(id)).toMatchObject({ state: 'incomplete', lines: { accepted: 2_000 } });
    cut.abort();
    await sending;
  }, 60_000);

  test('with an idempotency key is one import; with another body the key is refused', async () => {
    const lines = signalLines(5);
    const key = { 'idempotency-key': randomUUID() };
    const first = await upload(lines.join(''), { headers: key });
    expect(await upload(lines.join(''), { headers: key })).toBe(first);
    await workOff();
    expect(await upload(lines.join(''), { headers: key })).toBe(first);
    const other = await post(signalLines(5).join(''), { headers: key });
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
    const [crmId = ''] = await people(1);
    const human = { kind: 'photo-missing', observer: `${canary}-who`, saw: `${canary}-what` };
    const lines = [
      ...signalLines(1, { ...human, contact: { crmId }, id: `${canary}-id` }),
      ...signalLines(1, { messageRef: `${canary}-wamid`, contact: { crmId } }),
      ...signalLines(1, { contact: { crmId: canary }, id: `${canary}-gone` }),
      `{"${canary}`,
    ];
    const importId = await upload(lines.join(''), {
      headers: { 'idempotency-key': `${canary}-key` },
    });
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
      state: 'finished',
      lines: { accepted: 3, rejected: 1 },
    });
    expect(await countsOf(importId)).toEqual({ applied: 2, notContactable: 1 });
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
    await running().app.get(ImportWork).forgetOldErrors();
    expect(await errors()).toEqual([{ line: 1 }, { line: 3 }]);
    expect((await progressOf(importId)).lines.rejected).toBe(3);
  }, 60_000);

  test('of a person erased meanwhile is nothing', async () => {
    const [crmId = ''] = await people(1);
    const identities = [{ crmId }];
    const [subject = ''] = await running().app.get(Vault).resolveMany('demo', identities);
    const importId = await upload(signalLines(1, { contact: { contactId: subject } }).join(''));
    const stream = `contact-${subject}`;
    const before = await query('SELECT position FROM events WHERE stream = $1', [stream]);
    await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject });
    await workOff();
    expect(await progressOf(importId)).toMatchObject({ lines: { accepted: 1 } });
    expect(await countsOf(importId)).toEqual({ applied: 0, notContactable: 1 });
    expect(await query('SELECT position FROM events WHERE stream = $1', [stream])).toEqual(before);
  }, 60_000);
});
