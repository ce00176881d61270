/** Clocks of this machine and of the database that differ by more date what they decide wrongly. */
const SKEW_MS_MAX = 2_000;

/** This machine's clock and the database's differ, and nobody can tell which is wrong: nothing is decided by either. */
export class ClockNotTrusted extends Error {
  override readonly name = 'ClockNotTrusted';

  constructor(readonly skewMs: number) {
    super(
      `The clocks of this machine and of the database differ by ${Math.round(Math.abs(skewMs) / 1000)} s: nothing that needs the time is decided until they are synchronised.`,
    );
  }
}

export type ClockOptions = {
  /** Moves the present there, from where it goes on at its normal pace. */
  readonly startAt?: Date;
  /** The real instant at which that was decided: a process started again later does not go back in time. */
  readonly setAt?: Date;
  /** What it was moved on by until now, in milliseconds. */
  readonly advancedMs?: number;
  /** True in the embedded platform alone. */
  readonly mayMove?: boolean;
};

/**
 * The one source of the present, for every part of the platform. Decisions take the instant as an argument; only the
 * edge asks the clock. Spans that a process measures by itself (timeouts, how long a lease was held) are no present:
 * they are `performance.now()`, and a clock that is moved does not change them.
 */
export class Clock {
  readonly #startOffsetMs: number;
  readonly #mayMove: boolean;
  readonly #followers = new Set<() => void>();
  #advancedMs: number;
  #skewMs = 0;

  constructor({ startAt, setAt = new Date(), advancedMs = 0, mayMove = false }: ClockOptions = {}) {
    this.#startOffsetMs = startAt ? startAt.getTime() - setAt.getTime() : 0;
    this.#advancedMs = mayMove ? advancedMs : 0;
    this.#mayMove = mayMove;
  }

  /** The present, to be shown. */
  now(): Date {
    return new Date(this.nowMs());
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return Date.now() + this.#startOffsetMs + this.#advancedMs;
  }

  /** The present, to be decided by. Throws `ClockNotTrusted` while it may be wrong by more than two seconds. */
  forDecision(): Date {
    this.assertTrusted();
    return this.now();
  }

  assertTrusted(): void {
    if (!this.isTrusted) throw new ClockNotTrusted(this.#skewMs);
  }

  get isTrusted(): boolean {
    return Math.abs(this.#skewMs) <= SKEW_MS_MAX;
  }

  /** What is certain of the difference to the database's clock, in milliseconds: the way of the question is taken off. */
  noteSkew(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  /** In milliseconds, since the data folder was made. */
  get advancedMs(): number {
    return this.#advancedMs;
  }

  /** Moves the present on, for ever. Throws outside the embedded platform, and on a step back. */
  moveTo(advancedMs: number): void {
    if (!this.#mayMove) throw new Error('the clock is moved in the embedded platform alone');
    if (!(advancedMs >= this.#advancedMs)) throw new Error('the clock goes forward alone');
    if (advancedMs === this.#advancedMs) return;
    this.#advancedMs = advancedMs;
    for (const follow of this.#followers) follow();
  }

  /** Calls whenever it was moved: what became due meanwhile is not waited for. Gives what ends it. */
  onMove(follow: () => void): () => void {
    this.#followers.add(follow);
    return () => void this.#followers.delete(follow);
  }
}
