/** The one source of the present. Decisions take the instant as an argument; only the edge asks the clock. */
export class Clock {
  readonly #offsetMs: number;

  /**
   * `startAt` moves the present there, from where it goes on at its normal pace; `setAt` is the real
   * instant this was decided, so that a process started again later does not go back in time.
   */
  constructor(startAt?: Date, setAt = new Date()) {
    this.#offsetMs = startAt ? startAt.getTime() - setAt.getTime() : 0;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }
}
