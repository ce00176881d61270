import { fork, type ChildProcess } from 'node:child_process';
import type { ServiceName } from '@tact/contracts';
import { nodeFlagsOf } from '@tact/infra';
import { z } from 'zod';
import { identityOf, type ProcessIdentity } from '../process-identity.ts';
import { Refusal } from '../refusal.ts';
import type { ServiceRun } from '../run-file.ts';
import { Backoff } from './backoff.ts';
import { ServiceLog } from './service-log.ts';

const ReadyMessage = z.object({ type: z.literal('ready'), port: z.int().positive() });

export type ServiceOptions = {
  readonly service: ServiceName;
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly warn: (text: string) => void;
  /** The state, port or process changed. */
  readonly changed: () => void;
};

/** One service as a process: started, watched, started again after a crash, stopped. */
export class SupervisedService {
  readonly #options: ServiceOptions;
  readonly #log: ServiceLog;
  readonly #backoff = new Backoff();
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #state: ServiceRun['state'] = 'stopped';
  #child: ChildProcess | undefined;
  #process: ProcessIdentity | undefined;
  #port: number | undefined;
  #restarts = 0;
  #wasReady = false;
  #stopping = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#log = new ServiceLog(options.logFile, (brief) =>
      options.warn(`${options.service}: ${brief}`),
    );
    // Whoever waits asks through `start`; a failure nobody waits for must not end the supervisor.
    this.#firstReady.promise.catch(() => {});
  }

  /** Resolves when the service answered ready once; rejects with its own sentence when it refused to start. */
  start(): Promise<void> {
    this.#spawn();
    return this.#firstReady.promise;
  }

  get port(): number | undefined {
    return this.#state === 'ready' ? this.#port : undefined;
  }

  get run(): ServiceRun {
    return {
      service: this.#options.service,
      state: this.#state,
      restarts: this.#restarts,
      ...(this.#process === undefined ? {} : { process: this.#process }),
      ...(this.#port === undefined ? {} : { port: this.#port }),
    };
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#pause);
    if (this.#child === undefined) this.#ended();
    this.#child?.kill('SIGTERM');
    const killer = setTimeout(() => this.#child?.kill('SIGKILL'), graceMs);
    await this.#gone.promise;
    clearTimeout(killer);
  }

  killNow(): void {
    this.#stopping = true;
    clearTimeout(this.#pause);
    this.#child?.kill('SIGKILL');
  }

  #spawn(): void {
    const { service, entry, env } = this.#options;
    const began = performance.now();
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which keeps the order.
    const child = fork(entry, [], {
      env,
      execArgv: [...nodeFlagsOf(service)],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#process = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#state = 'starting';
    if (child.stdout && child.stderr) this.#log.take(child.stdout, child.stderr);
    this.#log.note(`started as process ${child.pid}`);
    child.on('message', (message) => {
      const ready = ReadyMessage.safeParse(message).data;
      if (ready) this.#ready(ready.port);
    });
    let failed: string | undefined;
    child.once('error', (error) => (failed ??= error.message));
    // `close` comes after the last line was read; without a process there is only `error`.
    child.once('close', (code, signal) => {
      this.#closed(failed ?? signal ?? `exit code ${code}`, {
        code,
        livedMs: performance.now() - began,
      });
    });
    this.#options.changed();
  }

  #ready(port: number): void {
    this.#port = port;
    this.#state = 'ready';
    if (this.#wasReady) this.#options.warn(`${this.#options.service} is ready again`);
    this.#wasReady = true;
    this.#log.startingUp = false;
    this.#firstReady.resolve();
    this.#options.changed();
  }

  #closed(how: string, { code, livedMs }: { code: number | null; livedMs: number }): void {
    this.#child = undefined;
    this.#process = undefined;
    this.#port = undefined;
    this.#log.note(`ended: ${how}`);
    if (this.#stopping) return this.#ended();
    const { service, warn, changed } = this.#options;
    if (!this.#wasReady && code === 1) {
      // Exit code 1 before the first `ready` is a refusal (wrong settings): trying again would not help.
      this.#firstReady.reject(
        new Refusal(
          `${service} did not start: ${this.#log.lastWords ?? 'it gave no reason; see its log.'}`,
        ),
      );
      return this.#ended();
    }
    const waitMs = this.#backoff.nextMs(livedMs);
    warn(`${service} ended (${how}); starting it again in ${waitMs / 1000} s`);
    this.#restarts += 1;
    this.#state = 'waiting';
    this.#pause = setTimeout(() => this.#spawn(), waitMs);
    return changed();
  }

  #ended(): void {
    this.#state = 'stopped';
    this.#log.close();
    this.#gone.resolve();
    this.#options.changed();
  }
}
