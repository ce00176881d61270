import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, signalProcess, type ProcessIdentity } from '../home/process-identity.ts';
import { sentenceOf } from '../terminal/refusal.ts';
import { Backoff } from './backoff.ts';
import { untilSilent, type StorePatience } from './store-silence.ts';

/** What `@tact/infra` hands back for PostgreSQL and for Kafka alike. */
export type StoreServer = {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<void>;
  stop(): Promise<void>;
  /** False when it does not say a word within so many milliseconds. */
  speaks(waitMsMax: number): Promise<boolean>;
  /** Ends it whatever it does; the next start recovers. */
  kill(): Promise<void>;
};

export type StoreOptions<Server extends StoreServer> = {
  readonly name: string;
  /** Starts it; after a crash with the port it had, because the services know that one. */
  readonly launch: (port?: number) => Promise<Server>;
  /** Ends its work at once and leaves recovery to the next start. */
  readonly killSignal: NodeJS.Signals;
  readonly warn: (text: string) => void;
  readonly changed: () => void;
  readonly patience: StorePatience;
};

/** PostgreSQL or Kafka under watch: started again on the same data and port when it dies, or is frozen. */
export class SupervisedStore<Server extends StoreServer> {
  readonly #options: StoreOptions<Server>;
  readonly #backoff = new Backoff();
  readonly #stopping = new AbortController();
  #server: Server;
  #process: ProcessIdentity | undefined;
  #restarts = 0;
  #watching: Promise<void>;

  private constructor(options: StoreOptions<Server>, server: Server) {
    this.#options = options;
    this.#server = server;
    this.#process = identityOf(server.pid);
    this.#watching = this.#watch();
  }

  static async start<Server extends StoreServer>(
    options: StoreOptions<Server>,
  ): Promise<SupervisedStore<Server>> {
    return new SupervisedStore(options, await options.launch());
  }

  get server(): Server {
    return this.#server;
  }

  get run(): { name: string; process: ProcessIdentity; restarts: number }[] {
    const { name } = this.#options;
    return this.#process === undefined
      ? []
      : [{ name, process: this.#process, restarts: this.#restarts }];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.#watching;
    // A restart may have been under way when the stop was asked for.
    await this.#server.stop();
  }

  killNow(): void {
    this.#stopping.abort();
    if (this.#process !== undefined) signalProcess(this.#process, this.#options.killSignal);
  }

  async #watch(): Promise<void> {
    const { name, warn, changed } = this.#options;
    const { signal } = this.#stopping;
    for (;;) {
      const began = performance.now();
      await this.#endOrFreeze();
      if (signal.aborted) return;
      const { port } = this.#server;
      let back = false;
      while (!back && !signal.aborted) {
        const waitMs = this.#backoff.nextMs(performance.now() - began);
        warn(`${name} ended; starting it again in ${waitMs / 1000} s`);
        await sleep(waitMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
        back = await this.#relaunch(port);
      }
      if (back) warn(`${name} is back on port ${port}`);
      changed();
    }
  }

  /** Resolves when the server is gone; one that says nothing for too long is ended. */
  async #endOrFreeze(): Promise<void> {
    const { name, warn, patience } = this.#options;
    const server = this.#server;
    const watch = new AbortController();
    const gone = server.exited.then(() => watch.abort());
    const silentMs = await untilSilent((waitMs) => server.speaks(waitMs), {
      patience,
      signal: AbortSignal.any([watch.signal, this.#stopping.signal]),
    });
    if (silentMs !== undefined && !this.#stopping.signal.aborted) {
      warn(`${name} is frozen: it has not answered for ${silentMs / 1000} s and is ended`);
      await server.kill();
    }
    await gone;
  }

  async #relaunch(port: number): Promise<boolean> {
    try {
      this.#server = await this.#options.launch(port);
      this.#process = identityOf(this.#server.pid);
      this.#restarts += 1;
      return true;
    } catch (error) {
      this.#options.warn(sentenceOf(error));
      return false;
    }
  }
}
