/** So many pieces of work at the same time; those that wait are taken from each caller in turn. */
export class FairQueue {
  readonly #waiting = new Map<string, (() => void)[]>();
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#placeOf(caller);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #placeOf(caller: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(caller);
      if (queue) queue.push(resolve);
      else this.#waiting.set(caller, [resolve]);
    });
  }

  /** Passes the place on to the caller who was not served for longest, or frees it. */
  #next(): void {
    const [first] = this.#waiting;
    if (!first) {
      this.#free += 1;
      return;
    }
    const [caller, queue] = first;
    const start = queue.shift();
    this.#waiting.delete(caller);
    if (queue.length > 0) this.#waiting.set(caller, queue);
    start?.();
  }
}
