import { fork, type ChildProcess } from 'node:child_process';
import type { ServiceName } from '@tact/contracts';
import { nodeFlagsOf } from '@tact/infra';
import { z } from 'zod';
import { identityOf, type ProcessIdentity } from '../home/process-identity.ts';
import { Refusal } from '../terminal/refusal.ts';
import type { ProcessRun } from '../home/run-file.ts';
import { Backoff } from './backoff.ts';
import { patience, watchLiveness, type Patience } from './liveness.ts';
import { ServiceLog } from './service-log.ts';

const ReadyMessage = z.object({
  type: z.literal('ready'),
  port: z.int().positive(),
  /** Where callers find it, of a process that they call. */
  origin: z.url().optional(),
});
type Ready = z.infer<typeof ReadyMessage>;

export type ServiceOptions = {
  readonly service: ServiceName | 'gateway' | 'mail';
  readonly entry: string;
  /** Asked for at every start. */
  readonly env: () => NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly warn: (text: string) => void;
  /** The state, port or process changed. */
  readonly changed: () => void;
  /** What the process is told as soon as it runs, at every start. */
  readonly startMessage?: () => object;
  /** What it is told whenever it is ready. */
  readonly readyMessage?: () => object;
  /** Hears what the process says of its own accord. */
  readonly received?: (message: unknown) => void;
  /** It comes back on the port it had, because others know that one. */
  readonly keepsPort?: boolean;
  /** Waits before restarts, in ms. */
  readonly backoff?: { readonly firstMs: number; readonly longestMs: number };
  /** How long it may be silent; the usual patience when absent. */
  readonly patience?: Patience;
};

/** One service as a process: started, watched, started again after a crash, stopped. */
export class SupervisedService {
  readonly #options: ServiceOptions;
  readonly #log: ServiceLog;
  readonly #backoff: Backoff;
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #state: ProcessRun['state'] = 'stopped';
  #child: ChildProcess | undefined;
  #process: ProcessIdentity | undefined;
  #port: number | undefined;
  #origin: string | undefined;
  #keptPort: number | undefined;
  #restarts = 0;
  #wasReady = false;
  #stopping = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
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

  /** What it said of itself when it was ready. */
  get origin(): string | undefined {
    return this.#origin;
  }

  get run(): ProcessRun {
    return {
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

  /** Says it to the process that runs now; one that starts later hears `startMessage`. */
  tell(message: object): void {
    // A process that is ending has no ear any more; its successor is told anew.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  killNow(): void {
    this.#stopping = true;
    clearTimeout(this.#pause);
    this.#child?.kill('SIGKILL');
  }

  #spawn(): void {
    const { service, entry, env, startMessage } = this.#options;
    const port = this.#keptPort === undefined ? {} : { PORT: String(this.#keptPort) };
    const began = performance.now();
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which keeps the order.
    const child = fork(entry, [], {
      env: { ...env(), ...port },
      execArgv: [...nodeFlagsOf(service)],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    if (startMessage !== undefined) this.tell(startMessage());
    this.#process = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#state = 'starting';
    if (child.stdout && child.stderr) this.#log.take(child.stdout, child.stderr);
    this.#log.note(`started as process ${child.pid}`);
    child.on('message', (message) => {
      const ready = ReadyMessage.safeParse(message).data;
      if (ready) this.#ready(ready);
      else this.#options.received?.(message);
    });
    watchLiveness(child, {
      isStarting: () => this.#state === 'starting',
      patience: this.#options.patience ?? patience,
      frozen: (silentMs) => {
        this.#options.warn(
          `${service} is frozen: it has not answered for ${silentMs / 1000} s and is ended`,
        );
        child.kill('SIGKILL');
      },
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

  #ready({ port, origin }: Ready): void {
    this.#port = port;
    this.#origin = origin;
    if (this.#options.keepsPort) this.#keptPort = port;
    this.#state = 'ready';
    const { readyMessage } = this.#options;
    if (readyMessage !== undefined) this.tell(readyMessage());
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
      const why = this.#log.lastLine ?? 'it gave no reason; see its log.';
      // The gateway's only settings are those of the start itself: its words are the start's.
      this.#firstReady.reject(
        new Refusal(service === 'gateway' ? why : `${service} did not start: ${why}`),
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
