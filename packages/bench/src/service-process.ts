import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFlagsOf } from '@tact/infra';
import { Client } from 'pg';

export const benchKey = `tact_demo_${'b2'.repeat(24)}`;
export const benchSecret = 'bench-only-app-secret';
export const benchWaba = '990010000000101';

/**
 * A service runs for days, and in its first half minute its code is still being compiled. What it does from there
 * on is measured.
 */
export const SERVICE_WARM_UP_SECONDS = 30;

export type ServiceProcess = { readonly port: number; readonly pid: number; stop(): Promise<void> };
type Place = { readonly databaseUrl: string; readonly home: string };

/** A service as its own process, as in production: the load must not share its event loop. */
export const startService = async (
  name: 'ingestion' | 'scoring',
  { databaseUrl, home }: Place,
): Promise<ServiceProcess> => {
  const main = fileURLToPath(new URL(`../../../apps/${name}/dist/main.js`, import.meta.url));
  const child = fork(main, {
    execArgv: [...process.execArgv, ...nodeFlagsOf(name)],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      TACT_BOOTSTRAP_API_KEY: benchKey,
      TACT_LOG_LEVEL: 'warn',
      TACT_REQUESTS_PER_MINUTE: '1000000000',
      WHATSAPP_APP_SECRET: benchSecret,
      WHATSAPP_VERIFY_TOKEN: 'bench-only',
      WHATSAPP_WABA_IDS: benchWaba,
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    child.on('message', (message) => resolve((message as { port: number }).port));
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { port, pid: child.pid ?? 0, stop };
};

/** A database and a data folder for one case, gone after it. */
export const withPlace = async <T>(
  url: string,
  work: (place: Place, admin: Client) => Promise<T>,
): Promise<T> => {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const home = mkdtempSync(join(tmpdir(), 'tact-bench-'));
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const databaseUrl = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  try {
    return await work({ databaseUrl, home }, admin);
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
    rmSync(home, { recursive: true, force: true });
  }
};

/** Most memory a process ever held at once, in MB; where the system does not tell, what it holds now. */
export const peakMemoryMb = async ({ pid, port }: ServiceProcess): Promise<number> => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  } catch {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/process_resident_memory_bytes\{[^}]*\} (\S+)/.exec(metrics)?.[1]) / 1024 ** 2;
  }
};
