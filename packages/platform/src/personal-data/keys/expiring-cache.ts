/** A map that forgets: each entry after a time, asked for or not, and the oldest when it is full. */
export class ExpiringCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #now: () => number;
  readonly #limits: { readonly ttlMs: number; readonly entriesMax: number };
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number, limits: { ttlMs: number; entriesMax: number }) {
    this.#now = now;
    this.#limits = limits;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > this.#now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    const { ttlMs, entriesMax } = this.#limits;
    this.#forgetExpired();
    // Deleting first keeps the order of the map the order of age.
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#now() + ttlMs });
    if (this.#timer === undefined) this.#timer = this.#later();
    if (this.#entries.size <= entriesMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Keys of people must not lie in the memory of a process that has nothing to do. */
  #later(): NodeJS.Timeout {
    const [oldest] = this.#entries.values();
    const leftMs = Math.max(0, (oldest?.until ?? 0) - this.#now());
    return setTimeout(() => {
      this.#forgetExpired();
      this.#timer = this.#entries.size === 0 ? undefined : this.#later();
    }, leftMs).unref();
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#entries) {
      if (until > now) return;
      this.#entries.delete(key);
    }
  }
}
