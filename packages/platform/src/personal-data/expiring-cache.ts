/** A map that forgets: each entry after a time, and the oldest when it is full. */
export class ExpiringCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #now: () => number;
  readonly #limits: { readonly ttlMs: number; readonly entriesMax: number };

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
    // Deleting first keeps the order of the map the order of age.
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#now() + this.#limits.ttlMs });
    if (this.#entries.size <= this.#limits.entriesMax) return;
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
}
