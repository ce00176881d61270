import { spawnSync } from 'node:child_process';
import { exampleProof } from '@tact/contracts';
import { createHmac } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@tact/infra';
import { ingestionService } from '@tact/ingestion';
import { ApiKeys, bootService, createLog, EventStore, type RunningService } from '@tact/platform';
import { scratchFolder } from './scratch.ts';
import { newPhone, wamid } from './ingestion-under-test.ts';

const isAble = process.platform === 'linux' && process.getuid?.() === 0;
// A really full disk needs one of our own: a small file system, which only root may mount.
const onSmallDisk = isAble ? test : test.skip;
if (!isAble) process.stderr.write('THE FULL DISK WAS SKIPPED: only root on Linux can mount one.\n');

const wabaId = '990010000000101';
const appSecret = 'fixture-app-secret-not-a-real-one';
let disk: string;
let postgres: EmbeddedPostgres;
let service: RunningService;
let apiKey: string;

beforeAll(async () => {
  if (!isAble) return;
  disk = join(scratchFolder(), 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=755', 'tmpfs', disk]);
  if (mounted.status !== 0) throw new Error(`the small disk: ${mounted.stderr.toString()}`);
  postgres = await startEmbeddedPostgres({ dataDir: join(disk, 'data') });
  service = await bootService(ingestionService, {
    environment: {
      DATABASE_URL: postgres.url,
      TACT_HOME: scratchFolder(),
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: appSecret,
      WHATSAPP_VERIFY_TOKEN: 'x',
      WHATSAPP_WABA_IDS: wabaId,
      MESSAGE_WATCH_SECONDS: '3600',
    },
    log: createLog({ service: 'ingestion', level: 'silent' }),
  });
  apiKey = (
    await service.app
      .get(ApiKeys)
      .create({ tenantId: 'demo', scopes: ['admin', 'operator'], label: 'test' })
  ).key;
}, 120_000);
afterAll(async () => {
  if (!isAble) return;
  rmSync(ballast(), { force: true });
  await service?.stop();
  await postgres?.stop();
  spawnSync('umount', ['-l', disk]);
});

const ballast = () => join(disk, 'ballast');

/** Takes what is left of the disk, to the last byte. */
const fill = (): void => {
  const file = openSync(ballast(), 'a');
  for (const size of [1_048_576, 4_096, 1]) {
    try {
      while (writeSync(file, Buffer.alloc(size, 1)) === size);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  }
  closeSync(file);
};

const register = async (phone: string): Promise<string> => {
  const proof = exampleProof;
  const at = '2026-01-05T09:00:00Z';
  const consent = { purpose: 'signal-analysis', channel: 'whatsapp', state: 'given', at, proof };
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/contacts',
    headers: { authorization: `Bearer ${apiKey}` },
    payload: { identities: { phone: `+${phone}` }, consents: [consent] },
  });
  return answer.json<{ contactId: string }>().contactId;
};

/** A signed webhook that tells of as many messages; resolves with its status. */
const webhook = async (phone: string, count = 1): Promise<number> => {
  const statuses = Array.from({ length: count }, () => ({
    id: wamid(),
    status: 'sent',
    timestamp: '1767600000',
    recipient_id: phone,
  }));
  const changes = [{ field: 'messages', value: { statuses } }];
  const payload = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: wabaId, changes }],
  });
  const hmac = createHmac('sha256', appSecret).update(payload).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': `sha256=${hmac}`,
  };
  const url = '/v1/webhooks/whatsapp';
  return (await service.app.inject({ method: 'POST', url, payload, headers })).statusCode;
};

/** Staging is asked for more than one page: the file is as long as its lines. */
const importOf = async (phone: string): Promise<number> => {
  const line = (nth: number) => ({
    id: `line-${nth}`,
    kind: 'message-sent',
    occurredAt: '2026-01-05T09:00:00Z',
    contact: { phone: `+${phone}` },
  });
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/imports?type=signals',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': 'one-file',
    },
    payload: Array.from({ length: 5_000 }, (_, nth) => JSON.stringify(line(nth))).join('\n'),
  });
  return answer.statusCode;
};

const ready = async () => {
  const answer = await service.app.inject('/health/ready');
  return { code: answer.statusCode, ...answer.json<{ reasons?: object }>() };
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
};

onSmallDisk(
  'a full disk makes 503 and unready, loses nothing that was answered, and heals when there is room',
  async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    let answered = 0;
    const post = async (): Promise<number> => {
      const status = await webhook(phone, 50);
      if (status === 200) answered += 50;
      return status;
    };
    expect(await post()).toBe(200);
    fill();
    const seen = new Set<number>();
    await until(async () => seen.add(await post()).has(503));
    for (let nth = 0; nth < 10; nth += 1) seen.add(await post());
    expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await importOf(phone)).toBe(503);
    await until(async () => (await ready()).code === 503);
    expect((await ready()).reasons).toMatchObject({
      storage: expect.stringMatching(/^disk-full|no-connection$/),
    });
    rmSync(ballast());
    await until(async () => (await ready()).code === 200);
    expect(await post()).toBe(200);
    expect(await importOf(phone)).toBe(202);
    await service.settled();
    const { events } = await service.app.get(EventStore).load(`contact-${contactId}`);
    const signals = events.filter(({ type }) => type === 'SignalRecorded');
    // A webhook answered 503 may have been stored in part; it comes again, and is then known.
    expect(signals.length).toBeGreaterThanOrEqual(answered);
    const parked = await service.app.inject({
      method: 'GET',
      url: '/parked-records',
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(parked.json()).toEqual({ items: [] });
  },
  120_000,
);
