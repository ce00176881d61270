import { ByteSearch } from './byte-search.ts';
import { bytesOf, type Digest, encodingsOf, hashesOf } from './encodings.ts';
import { formsOf } from './forms.ts';
import type { Needle } from '@tact/contracts';

/** Shorter ones stand in any large file by chance, and would say nothing of a person. */
const BYTES_MIN = 8;

/** A form in an encoding, e.g. `E.164, base64 at 1`. Needles are told by their number: a report names nobody. */
export type TraceVariant = { readonly needle: number; readonly variant: string };

export type TraceHit = TraceVariant & { readonly count: number };

/** Counts of what was found, by needle and variant. */
export class TraceHits {
  readonly #counts = new Map<number, number>();
  readonly #variants: readonly TraceVariant[];

  constructor(variants: readonly TraceVariant[]) {
    this.#variants = variants;
  }

  add(pattern: number): void {
    this.#counts.set(pattern, (this.#counts.get(pattern) ?? 0) + 1);
  }

  get list(): readonly TraceHit[] {
    return [...this.#counts].flatMap(([pattern, count]) => {
      const variant = this.#variants[pattern];
      return variant === undefined ? [] : [{ ...variant, count }];
    });
  }
}

/** Looks for every variant of every needle at once. */
export class TraceSearch {
  readonly variants: readonly TraceVariant[];
  /** Numbers of needles too short to be told from chance as they are; their hashes are looked for all the same. */
  readonly tooShort: readonly number[];
  readonly patterns: readonly Uint8Array[];
  readonly #search: ByteSearch;

  constructor(needles: readonly Needle[], digest: Digest) {
    const variants: TraceVariant[] = [];
    const patterns: Uint8Array[] = [];
    const tooShort: number[] = [];
    for (const [needle, one] of needles.entries()) {
      const isShort = bytesOf(one.value).length < BYTES_MIN;
      if (isShort) tooShort.push(needle);
      for (const [form, text] of formsOf(one)) {
        const encodings = isShort ? hashesOf(text, digest) : encodingsOf(text, digest);
        for (const [encoding, bytes] of encodings) {
          if (bytes.length < BYTES_MIN) continue;
          variants.push({ needle, variant: `${form}, ${encoding}` });
          patterns.push(bytes);
        }
      }
    }
    this.variants = variants;
    this.patterns = patterns;
    this.tooShort = tooShort;
    this.#search = new ByteSearch(patterns);
  }

  hits(): TraceHits {
    return new TraceHits(this.variants);
  }

  /** Searches one whole value. */
  whole(bytes: Uint8Array, hits: TraceHits): void {
    this.#search.search(bytes, (pattern) => hits.add(pattern));
  }

  /** For what comes in pieces: call the answer with each piece in order; what two pieces share is found once. */
  pieces(hits: TraceHits): (piece: Uint8Array) => void {
    const { overlap } = this.#search;
    let kept = new Uint8Array(0);
    return (piece) => {
      const bytes = new Uint8Array(kept.length + piece.length);
      bytes.set(kept);
      bytes.set(piece, kept.length);
      this.#search.search(bytes, (pattern) => hits.add(pattern), kept.length);
      kept = bytes.slice(Math.max(0, bytes.length - overlap));
    };
  }
}
