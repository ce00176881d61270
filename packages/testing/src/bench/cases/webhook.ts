import { fork } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import {
  inventedPerson,
  type Person,
  registration,
  statusWebhook,
  wamidFor,
} from '../../webhook-bodies.ts';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { HttpLane } from '../http-lane.ts';
import { closedLoop, Latencies } from '../load.ts';
import { createRawTable, insertRaw } from '../raw-table.ts';

const callers = 16;
const contacts = 200;
const secret = 'bench-only-app-secret';
const waba = '990010000000101';
const apiKey = `tact_demo_${'b2'.repeat(24)}`;
const main = fileURLToPath(new URL('../../../../../apps/ingestion/dist/main.js', import.meta.url));

type Service = { readonly port: number; stop(): Promise<void> };

/** Ingestion as its own process, as in production: the load must not share its event loop. */
async function startIngestion(databaseUrl: string, home: string): Promise<Service> {
  const child = fork(main, {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      TACT_BOOTSTRAP_API_KEY: apiKey,
      TACT_LOG_LEVEL: 'warn',
      TACT_REQUESTS_PER_MINUTE: '1000000000',
      WHATSAPP_APP_SECRET: secret,
      WHATSAPP_VERIFY_TOKEN: 'bench-only',
      WHATSAPP_WABA_IDS: waba,
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ingestion ended with ${code}`)));
    child.on('message', (message) => resolve((message as { port: number }).port));
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { port, stop };
}

const prepared = 60_000;

/** Requests that were signed before the clock ran: Meta's processors do that, not ours. */
function* signedRequests(people: readonly Person[]): Generator<Buffer> {
  for (let nth = 0; ; nth += 1) {
    const person = people[nth % people.length] ?? inventedPerson(0);
    const at = Math.floor(Date.now() / 1000);
    const fact = { wamid: wamidFor(person), status: 'sent' as const, at };
    const body = JSON.stringify(statusWebhook(waba, person, fact));
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    yield HttpLane.post('/v1/webhooks/whatsapp', headers, body);
  }
}

async function expectOk(lane: HttpLane, request: Buffer): Promise<void> {
  const status = await lane.send(request);
  if (status !== 200) throw new Error(`ingestion answered ${status}`);
}

async function signedWebhook(bench: Bench): Promise<BenchResult[]> {
  const { raw, openRaw } = await bench.scratch();
  const clients = await Promise.all(Array.from({ length: callers }, () => openRaw()));
  await createRawTable(raw);
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const home = mkdtempSync(join(tmpdir(), 'tact-bench-'));
  const admin = new Client({ connectionString: bench.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(bench.url), { pathname: `/${name}` }).href;
  const service = await startIngestion(url, home);
  const lanes = Array.from({ length: callers }, () => new HttpLane(service.port));
  const [first] = lanes as [HttpLane];
  try {
    const people = Array.from({ length: contacts }, (_, nth) => inventedPerson(nth));
    for (const person of people) {
      const headers = { authorization: `Bearer ${apiKey}` };
      await expectOk(
        first,
        HttpLane.post('/v1/contacts', headers, JSON.stringify(registration(person))),
      );
    }
    const requests = signedRequests(people);
    const ready = Array.from({ length: prepared }, () => requests.next().value as Buffer);
    const latencies = new Latencies();
    const send = (caller: number): Promise<void> =>
      expectOk(lanes[caller] ?? first, ready.pop() ?? (requests.next().value as Buffer));
    const measured = await interleave(bench.seconds, {
      raw: closedLoop(callers, (nth) => insertRaw(clients[nth] ?? raw, randomUUID())),
      ours: closedLoop(callers, send, { latencies }),
    });
    return [
      {
        name: `signed webhook of one status, ${callers} callers, durable`,
        against: `raw at ${callers}`,
        unit: 'webhooks/s',
        ...measured,
        floor: 0.35,
        stretch: 0.5,
        p50Ms: latencies.percentileMs(50),
        p99Ms: latencies.percentileMs(99),
      },
    ];
  } finally {
    for (const lane of lanes) lane.close();
    await service.stop();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
    rmSync(home, { recursive: true, force: true });
  }
}

export const cases: readonly BenchCase[] = [{ name: 'webhook', run: signedWebhook }];
