import { existsSync } from 'node:fs';
import { DAY_MS } from '@tact/contracts';
import { z } from 'zod';
import { readJson, writePrivate, type Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';

const ClockFile = z.object({ advancedMs: z.int().min(0) });

/** A hundred years: dates beyond four digits are read by nobody. */
const ADVANCED_MS_MAX = 100 * 366 * DAY_MS;
const ANSWER_MS_MAX = 5_000;

/** A service that runs, as far as its clock goes. */
export type Clocked = { tell(message: object): void };

export type ClockNow = { readonly now: string; readonly advancedSeconds: number };

export type PlatformClockOptions = {
  readonly home: Home;
  /** Where the clock starts and when that was said, where TACT_CLOCK says so. */
  readonly startAt: string | undefined;
  readonly setAt: string;
  /** The services that run now. */
  readonly services: () => readonly Clocked[];
};

/**
 * By how much the clock of this data folder was moved on. It is written down before anybody is told, because what was
 * decided in the moved time stays decided: a later start must not go back behind it.
 */
export class PlatformClock {
  readonly #options: PlatformClockOptions;
  #advancedMs: number;
  #waiting: { readonly of: Set<Clocked>; readonly done: () => void } | undefined;
  #moves: Promise<unknown> = Promise.resolve();

  /** Throws `Refusal` when the file of the clock is damaged: a guess could be a step back. */
  constructor(options: PlatformClockOptions) {
    this.#options = options;
    const path = options.home.clock;
    const kept = ClockFile.safeParse(readJson(path)).data;
    if (kept === undefined && existsSync(path)) {
      throw new Refusal(
        `${path} is damaged: write {"advancedMs": n} into it, or start with --reset.`,
      );
    }
    this.#advancedMs = kept?.advancedMs ?? 0;
  }

  get advancedMs(): number {
    return this.#advancedMs;
  }

  /** Where the clock is, for a service; one that is there already passes it by. */
  get message(): object {
    return { type: 'clock', advancedMs: this.#advancedMs };
  }

  get now(): ClockNow {
    const { startAt, setAt } = this.#options;
    const offsetMs = startAt === undefined ? 0 : Date.parse(startAt) - Date.parse(setAt);
    const now = new Date(Date.now() + offsetMs + this.#advancedMs).toISOString();
    return { now, advancedSeconds: this.#advancedMs / 1000 };
  }

  /** Moves the clock of every service; resolves when those that run have moved, and tells the new present. */
  advance(byMs: number): Promise<ClockNow> {
    const move = this.#moves.then(() => this.#move(byMs));
    this.#moves = move.catch(() => undefined);
    return move;
  }

  /** A service says where its clock is. */
  received(from: Clocked, advancedMs: number): void {
    if (advancedMs !== this.#advancedMs || this.#waiting === undefined) return;
    this.#waiting.of.delete(from);
    if (this.#waiting.of.size === 0) this.#waiting.done();
  }

  async #move(byMs: number): Promise<ClockNow> {
    const advancedMs = this.#advancedMs + byMs;
    if (advancedMs > ADVANCED_MS_MAX)
      throw new Refusal('The clock is moved by a hundred years at most.');
    writePrivate(this.#options.home.clock, `${JSON.stringify({ advancedMs })}\n`);
    this.#advancedMs = advancedMs;
    const services = this.#options.services();
    if (services.length > 0) {
      const moved = Promise.withResolvers<void>();
      this.#waiting = { of: new Set(services), done: moved.resolve };
      // One that does not answer is frozen, and ended. One that is starting is told when it is ready.
      const late = setTimeout(moved.resolve, ANSWER_MS_MAX);
      for (const service of services) service.tell(this.message);
      await moved.promise;
      clearTimeout(late);
      this.#waiting = undefined;
    }
    return this.now;
  }
}
