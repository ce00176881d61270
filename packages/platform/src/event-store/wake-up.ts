import { setTimeout as pause } from 'node:timers/promises';
import { type Client, escapeLiteral } from 'pg';
import type { Database } from '../postgres/database.ts';

/** Milliseconds after which a waiter looks anyway while no notification can reach it. */
const DEAF_POLL_MS = 250;

/** Milliseconds between two looks for what was appended without a notification: its process died before it. */
const POLL_MS = 5_000;

/** Milliseconds after which readers look again at what was not certain yet: a rollback notifies nobody. */
const AGAIN_MS = 250;

/** Least milliseconds between two notifications: the first of a burst goes at once, the others become one. */
const NOTIFY_EVERY_MS = 5;

/** What changes with every append. */
export const lastWritten = 'SELECT max(position) AS last FROM events';

/** Readers of a wake-up who want to hear of appends alone. */
export const eventSubject = 'events';

/** The reader of what must not wait: it is woken by nothing else. */
export const urgentSubject = 'urgent-events';

type WaiterOptions = {
  /** What this waiter cares for; without it everything. */
  readonly subjects?: readonly string[] | undefined;
  /** Milliseconds after which it looks anyway; infinite while somebody else sees to it that nothing is missed. */
  readonly pollMs?: () => number;
};

/** Waits for the next append; a signal that came before the wait is not lost. */
export class Waiter {
  #pending = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly leave: (waiter: Waiter) => void,
    private readonly options: WaiterOptions = {},
  ) {}

  /** Wakes the waiter if it cares for what happened; `about` is left out where that could be anything. */
  signal(about?: ReadonlySet<string>): void {
    const { subjects } = this.options;
    if (about !== undefined && subjects?.some((one) => about.has(one)) === false) return;
    this.#pending = true;
    this.#wake?.();
  }

  /**
   * Resolves at the next signal of any process, or when `signal` is aborted; without any, after `msMax` milliseconds
   * or when it is time to look anyway. True when it was woken.
   */
  async next(signal?: AbortSignal, msMax = Infinity): Promise<boolean> {
    if (!this.#pending && signal?.aborted !== true) await this.#sleep(msMax, signal);
    const woken = this.#pending;
    this.#pending = false;
    return woken;
  }

  close(): void {
    this.leave(this);
  }

  async #sleep(msMax: number, signal: AbortSignal | undefined): Promise<void> {
    const ms = Math.min(msMax, this.options.pollMs?.() ?? DEAF_POLL_MS);
    await new Promise<void>((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener('abort', this.#wake, { once: true });
    });
    if (this.#wake !== undefined) signal?.removeEventListener('abort', this.#wake);
    this.#wake = undefined;
  }
}

export type WakeUpOptions = {
  /** A query for one value that changes with every commit that readers wait for. */
  readonly lastWritten: string;
  readonly notifyEveryMs?: number | undefined;
};

/**
 * Tells readers of this and other processes that something was appended: coalesced NOTIFYs, never in an append. Who
 * waits here needs no timer: while notifications can be heard, one look every few seconds serves all waiters of this
 * process; while they cannot, each looks often.
 */
export class WakeUp {
  readonly #waiters = new Set<Waiter>();
  /** Where the processes of the service listen; a `NOTIFY` of a transaction with subjects as its payload is heard too. */
  readonly channel: string;
  #client: Client | undefined;
  #opening: Promise<void> | undefined;
  #scheduled = false;
  /** What the next notification is about; undefined: anything. */
  #about: Set<string> | undefined = new Set();
  #sending = false;
  #closed = false;
  #polling: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #lastWritten: unknown;

  constructor(
    private readonly database: Database,
    private readonly options: WakeUpOptions,
  ) {
    this.channel = `tact_${database.schema}`;
  }

  /** False while notifications of other processes cannot be heard. */
  get isListening(): boolean {
    return this.#client !== undefined;
  }

  /** One that is woken by what is about these subjects; without them by everything. */
  waiter(subjects?: readonly string[]): Waiter {
    const pollMs = () => (this.isListening ? Infinity : DEAF_POLL_MS);
    const waiter = new Waiter((gone) => this.#waiters.delete(gone), { subjects, pollMs });
    this.#waiters.add(waiter);
    void this.#open();
    return waiter;
  }

  /**
   * Called by who asked for `lastWritten` along with something of its own, as a lease that is renewed while nothing
   * happens: that look is as good as one made here, and the next is due as long after it.
   */
  looked(last: unknown): void {
    if (this.#client === undefined) return;
    if (last !== this.#lastWritten) this.#wake(undefined);
    this.#lastWritten = last;
    this.#polling?.refresh();
  }

  /** Called by a reader that found something of which it is not certain yet. */
  lookAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#wake(undefined);
    }, AGAIN_MS);
  }

  /**
   * Called after a commit. Readers of this process hear it at once, the others by the database. Subjects are names
   * of ours, without commas; without them it is for everybody.
   */
  signal(subjects?: readonly string[]): void {
    this.#wake(subjects === undefined ? undefined : new Set(subjects));
    if (subjects === undefined) this.#about = undefined;
    else for (const one of subjects) this.#about?.add(one);
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    if (!this.#sending) setImmediate(() => void this.#notify());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#opening;
    clearInterval(this.#polling);
    await this.#client?.end();
    for (const waiter of this.#waiters) waiter.signal();
  }

  #wake(about: ReadonlySet<string> | undefined): void {
    for (const waiter of this.#waiters) waiter.signal(about);
  }

  async #notify(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#scheduled && !this.#closed) {
        await this.#open();
        if (this.#client === undefined) break;
        const about = this.#about === undefined ? '' : [...this.#about].join(',');
        this.#about = new Set();
        await this.#client.query(`NOTIFY ${this.channel}, ${escapeLiteral(about)}`);
        // Only now: what could not be sent is sent, to everybody, once there is a connection again.
        this.#scheduled = this.#about === undefined || this.#about.size > 0;
        await pause(this.options.notifyEveryMs ?? NOTIFY_EVERY_MS);
      }
    } catch {
      this.#about = undefined;
      this.#drop(this.#client);
    } finally {
      this.#sending = false;
    }
  }

  #open(): Promise<void> {
    if (this.#client !== undefined || this.#closed) return Promise.resolve();
    this.#opening ??= this.#listen()
      .catch(() => this.#openLater())
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  async #listen(): Promise<void> {
    const client = await this.database.connect('wake-up');
    const [self] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    client.on('notification', ({ processId, payload }) => {
      // This process signalled its own readers when it appended; hearing it twice is a read for nothing.
      if (processId === self?.pid) return;
      this.#wake(payload ? new Set(payload.split(',')) : undefined);
    });
    client.on('end', () => this.#drop(client));
    await client.query(`LISTEN ${this.channel}`);
    this.#lastWritten = await this.#readLast(client);
    this.#client = client;
    // What was appended while nobody listened was notified to nobody.
    this.#wake(undefined);
    this.#polling ??= setInterval(() => void this.#poll(), POLL_MS).unref();
    if (this.#scheduled) setImmediate(() => void this.#notify());
  }

  /** A notification is lost when its process dies between its commit and the notification. */
  async #poll(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#waiters.size === 0) return;
    try {
      this.looked(await this.#readLast(client));
    } catch {
      this.#drop(client);
    }
  }

  async #readLast(client: Client): Promise<unknown> {
    const { rows } = await client.query<{ last: unknown }>(this.options.lastWritten);
    return rows[0]?.last;
  }

  #drop(client: Client | undefined): void {
    if (client === undefined || this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => undefined);
    // Who waits without a timer must know that it needs one from now on.
    this.#wake(undefined);
    this.#openLater();
  }

  #openLater(): void {
    if ((this.#waiters.size === 0 && !this.#scheduled) || this.#closed) return;
    setTimeout(() => void this.#open(), DEAF_POLL_MS).unref();
  }
}
