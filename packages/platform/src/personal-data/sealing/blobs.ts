import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { openBox, sealBox } from '../boxes.ts';
import { RootKeyRefused } from '../refusals.ts';
import type { RootKey } from '../root-key/root-key.ts';

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

const EPOCH_BYTES = 4;
/** An empty box under the key, bound to the blob's name: iv and tag. */
const BOUND_BYTES = 28;
const nameOfBlob = 'name';

/**
 * Keys for personal data on its way, of many people at once (the lines of an import): one a blob, wrapped by the
 * key of the present epoch. Whoever drops the wrapped key has destroyed the blob; a copy of it in a backup is
 * noise once the epoch's key is destroyed.
 */
export class Blobs {
  readonly #rootKey: Pick<RootKey, 'wrapForEpoch' | 'unwrapForEpoch'>;
  readonly #epoch: () => Promise<number>;

  /** `epoch` says which one keys are wrapped in now, and that the provider has its key: none is made here. */
  constructor(
    rootKey: Pick<RootKey, 'wrapForEpoch' | 'unwrapForEpoch'>,
    epoch: () => Promise<number>,
  ) {
    this.#rootKey = rootKey;
    this.#epoch = epoch;
  }

  /** A new key for the blob that `context` names, and its wrapped form to keep beside the pieces. */
  async create(context: string): Promise<{ readonly key: BlobKey; readonly wrapped: Uint8Array }> {
    const plain = randomBytes(32);
    const epoch = await this.#epoch();
    const head = Buffer.alloc(EPOCH_BYTES);
    head.writeUInt32BE(epoch);
    const key = new BlobKey(plain, context);
    const wrapped = Buffer.concat([
      head,
      key.seal('', nameOfBlob),
      await this.#rootKey.wrapForEpoch(epoch, plain),
    ]);
    return { key, wrapped };
  }

  async open(wrapped: Uint8Array, context: string): Promise<BlobKey> {
    const epoch = Buffer.from(wrapped).readUInt32BE(0);
    const bound = EPOCH_BYTES + BOUND_BYTES;
    const plain = await this.#rootKey.unwrapForEpoch(epoch, wrapped.subarray(bound));
    const key = new BlobKey(plain, context);
    try {
      key.open(wrapped.subarray(EPOCH_BYTES, bound), nameOfBlob);
    } catch (cause) {
      throw new RootKeyRefused(`The key of another blob did not wrap ${context}.`, { cause });
    }
    return key;
  }
}
