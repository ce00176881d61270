import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Credentials } from '@tact/contracts';

const cli = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));

type Process = { name: string; pid: number };
type RunFile = {
  supervisor: { pid: number };
  stores: { name: string; process: { pid: number } }[];
  gateway?: { process?: { pid: number }; port?: number; restarts: number };
  services: {
    service: string;
    state: string;
    restarts: number;
    port?: number;
    process?: { pid: number };
  }[];
};

export type Answer<Body = unknown> = { status: number; body: Body };

/** The real platform as a newcomer starts it, in a data folder of its own. */
export class RunningPlatform {
  readonly home = mkdtempSync(join(tmpdir(), 'tact-e2e-'));
  output = '';
  #child: ChildProcess | undefined;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  constructor(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.#args = args;
    this.#env = env;
  }

  /** Resolves at the line `tact is ready at ...`; rejects with what was printed when the start ends first. */
  async start(msMax = 120_000): Promise<void> {
    const child = spawn(process.execPath, [cli, 'start', ...this.#args], {
      env: { ...process.env, ...this.#env, TACT_HOME: this.home, PORT: '0', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    this.output = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}\n${this.output}`));
      const timer = setTimeout(() => fail('the platform was not ready in time'), msMax);
      const read = (chunk: Buffer) => {
        this.output += chunk.toString('utf8');
        if (!this.output.includes('tact is ready at')) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        fail(`the platform ended with ${code} before it was ready`);
      });
    });
  }

  get credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.home, 'credentials.json'), 'utf8')) as Credentials;
  }

  get run(): RunFile {
    return JSON.parse(readFileSync(join(this.home, 'run.json'), 'utf8')) as RunFile;
  }

  /** Every process of the platform: the supervisor, the stores, the gateway, the services. */
  get processes(): Process[] {
    const { supervisor, stores, gateway, services } = this.run;
    return [
      { name: 'supervisor', pid: supervisor.pid },
      ...stores.map(({ name, process: { pid } }) => ({ name, pid })),
      ...(gateway?.process ? [{ name: 'gateway', pid: gateway.process.pid }] : []),
      ...services.flatMap(({ service, process: own }) =>
        own ? [{ name: service, pid: own.pid }] : [],
      ),
    ];
  }

  /** How often each service was started again. */
  get restarts(): Record<string, number> {
    return Object.fromEntries(
      this.run.services.map(({ service, restarts }) => [service, restarts]),
    );
  }

  /** True once every service answers ready. */
  async ready(): Promise<boolean> {
    try {
      const { status } = await fetch(`${this.credentials.origin}/health/ready`);
      return status === 200;
    } catch {
      return false;
    }
  }

  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    const found = this.processes.find((one) => one.name === name);
    if (!found) throw new Error(`no process is called ${name}`);
    process.kill(found.pid, signal);
  }

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const { origin, apiKey } = this.credentials;
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** Posts a webhook, signed; the status, or 0 when nobody answered. */
  async webhook(body: object | string, signature?: string): Promise<number> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { origin, whatsapp } = this.credentials;
    const own = createHmac('sha256', whatsapp.appSecret).update(text).digest('hex');
    try {
      const response = await fetch(`${origin}/v1/webhooks/whatsapp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': signature ?? `sha256=${own}`,
        },
        body: text,
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** What Meta does: the same bytes again until the answer is 200. Resolves with the answers before it, 0 for none. */
  async deliver(body: object, msMax = 120_000): Promise<readonly number[]> {
    const deadline = Date.now() + msMax;
    const refused: number[] = [];
    for (;;) {
      const status = await this.webhook(body);
      if (status === 200) return refused;
      refused.push(status);
      if (Date.now() > deadline) throw new Error('the webhook was never acknowledged');
      await sleep(200);
    }
  }

  /** A verb of the command line on this platform, to its end: both streams, and the exit code. */
  async tact(args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [cli, ...args], {
      env: { ...process.env, TACT_HOME: this.home, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    }
    const code = await new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    return { code, output };
  }

  /** Ctrl-C, once. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGINT');
    return ended;
  }

  async killSupervisor(): Promise<void> {
    const child = this.#child;
    const ended = new Promise((resolve) => {
      child?.once('exit', resolve);
    });
    child?.kill('SIGKILL');
    await ended;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Asks until the answer satisfies; the product tells no test when its last consumer is done. */
export const eventually = async <T>(
  ask: () => Promise<T>,
  satisfies: (value: T) => boolean,
  msMax = 60_000,
): Promise<T> => {
  const deadline = Date.now() + msMax;
  for (;;) {
    const value = await ask();
    if (satisfies(value)) return value;
    if (Date.now() > deadline) {
      throw new Error(`still not so after ${msMax} ms: ${JSON.stringify(value).slice(0, 500)}`);
    }
    await sleep(50);
  }
};
