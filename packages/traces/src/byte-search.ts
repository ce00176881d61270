/** Bytes looked up at once. A pattern is looked up by two windows, so that every second place of the data suffices. */
const WINDOW = 7;
const STRIDE = 2;
const FILTER_BITS = 24;

/** Of the four bytes before the place and the three before those. */
const hashOf = (last: number, before: number): number =>
  Math.imul(last, 0x9e3779b1) ^ Math.imul(before & 0xffffff, 0x85ebca77);

const slotOf = (hash: number): number => hash >>> (32 - FILTER_BITS);

type Entry = {
  readonly pattern: number;
  /** Where in the pattern its window ends. */
  readonly windowEnd: number;
};

const windowHash = (pattern: Uint8Array, end: number): number => {
  let [last, before] = [0, 0];
  for (const byte of pattern.subarray(end + 1 - WINDOW, end + 1)) {
    before = (before << 8) | (last >>> 24);
    last = (last << 8) | byte;
  }
  return hashOf(last, before);
};

/**
 * Finds any of very many patterns in one pass: the seven bytes before each second place are looked up in a bit filter,
 * and only where it answers are the patterns of that window compared. Memory grows with the patterns' number, not
 * with an automaton's states.
 */
export class ByteSearch {
  /** Bytes a reader of pieces must keep of one piece for the next, so that nothing is cut in two. */
  readonly overlap: number;
  readonly #patterns: readonly Uint8Array[];
  readonly #filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  readonly #entries = new Map<number, Entry[]>();

  /** Throws `RangeError` on a pattern of fewer than eight bytes. */
  constructor(patterns: readonly Uint8Array[]) {
    this.#patterns = patterns;
    let longest = 1;
    for (const [index, pattern] of patterns.entries()) {
      if (pattern.length < WINDOW + STRIDE - 1) {
        throw new RangeError('A pattern has eight bytes or more');
      }
      longest = Math.max(longest, pattern.length);
      for (let nth = 1; nth <= STRIDE; nth += 1) this.#enter(index, pattern.length - nth);
    }
    this.overlap = longest - 1;
  }

  /** Calls `found` with the index of each pattern that ends at or after `from`, once for every place it stands at. */
  search(bytes: Uint8Array, found: (pattern: number) => void, from = 0): void {
    const filter = this.#filter;
    let [last, before] = [0, 0];
    for (let at = 1; at < bytes.length; at += STRIDE) {
      before = (before << 16) | (last >>> 16);
      last = (last << 16) | ((bytes[at - 1] as number) << 8) | (bytes[at] as number);
      const hash = hashOf(last, before);
      const slot = slotOf(hash);
      if (((filter[slot >>> 3] as number) & (1 << (slot & 7))) === 0) continue;
      for (const { pattern, windowEnd } of this.#entries.get(hash) ?? []) {
        const start = at - windowEnd;
        if (this.#standsAt(bytes, pattern, start, from)) found(pattern);
      }
    }
  }

  #enter(pattern: number, windowEnd: number): void {
    const hash = windowHash(this.#patterns[pattern] as Uint8Array, windowEnd);
    const slot = slotOf(hash);
    this.#filter[slot >>> 3] = (this.#filter[slot >>> 3] as number) | (1 << (slot & 7));
    const same = this.#entries.get(hash);
    if (same) same.push({ pattern, windowEnd });
    else this.#entries.set(hash, [{ pattern, windowEnd }]);
  }

  #standsAt(bytes: Uint8Array, index: number, start: number, from: number): boolean {
    const pattern = this.#patterns[index] as Uint8Array;
    const end = start + pattern.length;
    if (start < 0 || end > bytes.length || end <= from) return false;
    for (let nth = pattern.length - 1; nth >= 0; nth -= 1) {
      if (bytes[start + nth] !== pattern[nth]) return false;
    }
    return true;
  }
}
