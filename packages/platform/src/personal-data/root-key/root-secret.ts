import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { openBox, sealBox } from '../boxes.ts';
import { RootKeyRefused } from '../refusals.ts';
import type { KeyPurpose } from './root-key.ts';

export const ROOT_BYTES = 32;

/** The 32 bytes every provider keeps for what must be computed here: fingerprints and their keys. */
export class RootSecret {
  readonly #root: Buffer;
  readonly #wrapping: KeyObject;

  constructor(root: Buffer) {
    if (root.length !== ROOT_BYTES) {
      throw new RootKeyRefused(`The root secret must hold ${ROOT_BYTES} bytes. Restore its file.`);
    }
    this.#root = root;
    this.#wrapping = createSecretKey(this.#expand('key-encryption'));
  }

  derive(purpose: KeyPurpose): Uint8Array {
    return this.#expand(purpose);
  }

  wrap(key: Uint8Array, context: string): Uint8Array {
    return sealBox(this.#wrapping, key, context);
  }

  unwrap(wrapped: Uint8Array, context: string): Uint8Array {
    try {
      return openBox(this.#wrapping, wrapped, context);
    } catch (cause) {
      throw new RootKeyRefused(`The root key did not wrap ${context}. Restore the key file.`, {
        cause,
      });
    }
  }

  #expand(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, '', `tact/${label}/1`, ROOT_BYTES));
  }
}
