/** What a key derived from the root is for; two purposes never share a key. */
export type KeyPurpose =
  | 'identity-index'
  | 'message-refs'
  | 'event-ids'
  | 'address-refs'
  | 'fence'
  | 'idempotency'
  | 'refusals'
  | 'root-check'
  | 'backup-seal'
  | 'form-tokens'
  | 'signing-keys';

/**
 * Holds the root of all keys outside PostgreSQL and its backups: files here, a KMS elsewhere. A remote
 * adapter fetches the secret that `derive` needs when it is opened, hence `derive` answers at once.
 *
 * Each 30-day epoch has a key of its own that never leaves the provider. Destroying it turns every copy of
 * what it wrapped, in every backup of the database, into noise.
 */
export interface RootKey {
  /** 32 bytes, always the same for a purpose. */
  derive(purpose: KeyPurpose): Uint8Array;
  /**
   * Encrypts a key under the root itself, which lives as long as the deployment: for what is short-lived. `context`
   * must be given again, letter by letter, to unwrap it.
   */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws `RootKeyRefused` when the wrapped key was changed, or belongs to another context or root. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  /** Encrypts 32 bytes under the epoch's key, which is made at first use; processes that race make one. */
  wrapForEpoch(epoch: number, key: Uint8Array): Promise<Uint8Array>;
  /** Throws `EpochKeyGone` without the epoch's key, `RootKeyRefused` when the bytes are not this epoch's. */
  unwrapForEpoch(epoch: number, wrapped: Uint8Array): Promise<Uint8Array>;
  /** Destroys the epoch's key at the provider. Safe to repeat, and for an epoch that never had one. */
  destroyEpoch(epoch: number): Promise<void>;
}

/** Bound to everything an epoch's key wraps. */
export const epochContext = (epoch: number): string => `tact key epoch ${epoch}`;
