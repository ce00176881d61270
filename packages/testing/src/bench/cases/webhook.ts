import { fork } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { inventedPerson, registration, statusWebhook, wamidFor } from '../../webhook-bodies.ts';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
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

const agent = new Agent({ keepAlive: true, maxSockets: callers });

function post(port: number, path: string, body: string, headers: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path,
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`${path} answered ${response.statusCode}`)),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
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
  try {
    const people = Array.from({ length: contacts }, (_, nth) => inventedPerson(nth));
    for (const person of people) {
      const body = JSON.stringify(registration(person));
      await post(service.port, '/v1/contacts', body, { authorization: `Bearer ${apiKey}` });
    }
    const latencies = new Latencies();
    const send = async (): Promise<void> => {
      const person = people[Math.floor(Math.random() * contacts)] ?? inventedPerson(0);
      const at = Math.floor(Date.now() / 1000);
      const fact = { wamid: wamidFor(person), status: 'sent' as const, at };
      const body = JSON.stringify(statusWebhook(waba, person, fact));
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-hub-signature-256': `sha256=${signature}` };
      await post(service.port, '/v1/webhooks/whatsapp', body, headers);
    };
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
    await service.stop();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
    rmSync(home, { recursive: true, force: true });
  }
}

export const cases: readonly BenchCase[] = [{ name: 'webhook', run: signedWebhook }];
