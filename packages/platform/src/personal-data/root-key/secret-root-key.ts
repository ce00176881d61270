import type { KeyPurpose, RootKey } from './root-key.ts';
import type { RootSecret } from './root-secret.ts';

/** A root key that holds its root secret; where the epochs' keys live is for each provider to say. */
export abstract class SecretRootKey implements RootKey {
  /** Set once, by the provider's `open`. */
  protected secret!: RootSecret;

  derive(purpose: KeyPurpose): Uint8Array {
    return this.secret.derive(purpose);
  }

  wrap(key: Uint8Array, context: string): Promise<Uint8Array> {
    return Promise.resolve(this.secret.wrap(key, context));
  }

  async unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array> {
    return await Promise.resolve(this.secret.unwrap(wrapped, context));
  }

  abstract wrapForEpoch(epoch: number, key: Uint8Array): Promise<Uint8Array>;
  abstract unwrapForEpoch(epoch: number, wrapped: Uint8Array): Promise<Uint8Array>;
  abstract destroyEpoch(epoch: number): Promise<void>;
}
