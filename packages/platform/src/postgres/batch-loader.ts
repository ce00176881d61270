type Waiting<Key, Value> = {
  readonly keys: readonly Key[];
  readonly resolve: (values: Value[]) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Turns many small look-ups that run at the same time into few larger ones: whatever was asked in one turn of the
 * event loop, or while the last query ran, goes into the next. Nobody waits for a timer, so a lone caller loses nothing.
 */
export class BatchLoader<Key, Value> {
  #waiting: Waiting<Key, Value>[] = [];
  #running = false;

  /** `load` answers in the order of its keys; it is given at most `keysMax` of them unless one caller asks for more. */
  constructor(
    private readonly load: (keys: readonly Key[]) => Promise<readonly Value[]>,
    private readonly keysMax = 500,
  ) {}

  /** Values in the order of the keys. A failed query fails everyone whose keys were in it. */
  ask(keys: readonly Key[]): Promise<Value[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      // Requests that arrived together are read one after the other: the query waits until all of them have asked.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        const values = await this.load(batch.flatMap(({ keys }) => keys));
        let from = 0;
        for (const { keys, resolve } of batch) {
          resolve(values.slice(from, from + keys.length));
          from += keys.length;
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = false;
  }

  #take(): Waiting<Key, Value>[] {
    let count = 0;
    const rest = this.#waiting.findIndex(({ keys }, nth) => {
      count += keys.length;
      return nth > 0 && count > this.keysMax;
    });
    const batch = rest === -1 ? this.#waiting : this.#waiting.slice(0, rest);
    this.#waiting = rest === -1 ? [] : this.#waiting.slice(rest);
    return batch;
  }
}
