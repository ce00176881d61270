import { setTimeout as pause } from 'node:timers/promises';
import { type Client, escapeLiteral } from 'pg';
import type { Database } from '../postgres/database.ts';

/** Milliseconds after which a waiter looks anyway: a lost notification costs no more than this. */
export const SAFETY_POLL_MS = 250;

/** Least milliseconds between two notifications: the first of a burst goes at once, the others become one. */
const NOTIFY_EVERY_MS = 5;

/** Readers of a wake-up who want to hear of appends alone. */
export const eventSubject = 'events';

/** Waits for the next append; a signal that came before the wait is not lost. */
export class Waiter {
  private pending = false;
  private wake: (() => void) | undefined;

  /** `subjects`: what this waiter cares for; without it everything. */
  constructor(
    private readonly leave: (waiter: Waiter) => void,
    private readonly subjects?: readonly string[],
  ) {}

  /** Wakes the waiter if it cares for what happened; `about` is left out where that could be anything. */
  signal(about?: ReadonlySet<string>): void {
    if (about !== undefined && this.subjects?.some((one) => about.has(one)) === false) return;
    this.pending = true;
    this.wake?.();
  }

  /** Resolves at the next signal of any process, after `withinMs`, or when `signal` is aborted. */
  async next(signal?: AbortSignal, withinMs = SAFETY_POLL_MS): Promise<void> {
    if (!this.pending && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal?.addEventListener('abort', this.wake, { once: true });
      });
      if (this.wake !== undefined) signal?.removeEventListener('abort', this.wake);
      this.wake = undefined;
    }
    this.pending = false;
  }

  close(): void {
    this.leave(this);
  }
}

/** Tells readers of this and other processes that something was appended: coalesced NOTIFYs, never in an append. */
export class WakeUp {
  private readonly waiters = new Set<Waiter>();
  /** Where the processes of the service listen; a `NOTIFY` of a transaction with subjects as its payload is heard too. */
  readonly channel: string;
  private client: Client | undefined;
  private opening: Promise<void> | undefined;
  private scheduled = false;
  /** What the next notification is about; undefined: anything. */
  private about: Set<string> | undefined = new Set();
  private sending = false;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly notifyEveryMs = NOTIFY_EVERY_MS,
  ) {
    this.channel = `tact_${database.schema}`;
  }

  /** One that is woken by what is about these subjects; without them by everything. */
  waiter(subjects?: readonly string[]): Waiter {
    const waiter = new Waiter((gone) => this.waiters.delete(gone), subjects);
    this.waiters.add(waiter);
    void this.open();
    return waiter;
  }

  /**
   * Called after a commit. Readers of this process hear it at once, the others by the database. Subjects are names
   * of ours, without commas; without them it is for everybody.
   */
  signal(subjects?: readonly string[]): void {
    this.wake(subjects === undefined ? undefined : new Set(subjects));
    if (subjects === undefined) this.about = undefined;
    else for (const one of subjects) this.about?.add(one);
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    if (!this.sending) setImmediate(() => void this.notify());
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opening;
    await this.client?.end();
    for (const waiter of this.waiters) waiter.signal();
  }

  private wake(about: ReadonlySet<string> | undefined): void {
    for (const waiter of this.waiters) waiter.signal(about);
  }

  private async notify(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.scheduled && !this.closed) {
        const about = this.about === undefined ? '' : [...this.about].join(',');
        this.scheduled = false;
        this.about = new Set();
        await this.open();
        await this.client?.query(`NOTIFY ${this.channel}, ${escapeLiteral(about)}`);
        await pause(this.notifyEveryMs);
      }
    } catch {
      // The safety poll covers a connection that is lost; the next signal opens another.
      this.drop(this.client);
    } finally {
      this.sending = false;
    }
  }

  private open(): Promise<void> {
    if (this.client !== undefined || this.closed) return Promise.resolve();
    this.opening ??= this.listen()
      .catch(() => undefined)
      .finally(() => {
        this.opening = undefined;
      });
    return this.opening;
  }

  private async listen(): Promise<void> {
    const client = await this.database.connect('wake-up');
    const [self] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    client.on('notification', ({ processId, payload }) => {
      // This process signalled its own readers when it appended; hearing it twice is a read for nothing.
      if (processId === self?.pid) return;
      this.wake(payload ? new Set(payload.split(',')) : undefined);
    });
    client.on('end', () => this.drop(client));
    await client.query(`LISTEN ${this.channel}`);
    this.client = client;
  }

  private drop(client: Client | undefined): void {
    if (client === undefined || this.client !== client) return;
    this.client = undefined;
    void client.end().catch(() => undefined);
    if (this.waiters.size > 0 && !this.closed)
      setTimeout(() => void this.open(), SAFETY_POLL_MS).unref();
  }
}
