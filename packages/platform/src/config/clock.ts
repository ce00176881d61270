/** The one source of the present. Decisions take the instant as an argument; only the edge asks the clock. */
export class Clock {
  readonly #offsetMs: number;

  /** `startAt` moves the present there, from where it goes on at its normal pace; for the embedded mode and tests. */
  constructor(startAt?: Date) {
    this.#offsetMs = startAt ? startAt.getTime() - Date.now() : 0;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }
}
