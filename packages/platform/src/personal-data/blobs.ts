import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { openBox, sealBox } from './boxes.ts';
import type { RootKey } from './root-key.ts';

/** Seals and opens the pieces of one blob; `place` is bound to a piece, so that none stands for another. */
export class BlobKey {
  readonly #key: KeyObject;
  readonly #context: string;

  constructor(key: Uint8Array, context: string) {
    this.#key = createSecretKey(key);
    this.#context = context;
  }

  seal(bytes: Uint8Array | string, place: string | number): Buffer {
    return sealBox(this.#key, bytes, this.#contextAt(place));
  }

  /** Throws when the piece was changed, or belongs elsewhere. */
  open(box: Uint8Array, place: string | number): Buffer {
    return openBox(this.#key, box, this.#contextAt(place));
  }

  #contextAt(place: string | number): string {
    return JSON.stringify(['tact blob', this.#context, place]);
  }
}

/**
 * Keys for personal data on its way, of many people at once (the lines of an import): one a blob, wrapped by
 * the root. Whoever drops the wrapped key has destroyed the blob, also in backups made meanwhile.
 */
export class Blobs {
  readonly #rootKey: Pick<RootKey, 'wrap' | 'unwrap'>;

  constructor(rootKey: Pick<RootKey, 'wrap' | 'unwrap'>) {
    this.#rootKey = rootKey;
  }

  /** A new key for the blob that `context` names, and its wrapped form to keep beside the pieces. */
  async create(context: string): Promise<{ readonly key: BlobKey; readonly wrapped: Uint8Array }> {
    const plain = randomBytes(32);
    const wrapped = await this.#rootKey.wrap(plain, `blob ${context}`);
    return { key: new BlobKey(plain, context), wrapped };
  }

  async open(wrapped: Uint8Array, context: string): Promise<BlobKey> {
    return new BlobKey(await this.#rootKey.unwrap(wrapped, `blob ${context}`), context);
  }
}
