/** What a key derived from the root is for; two purposes never share a key. */
export type KeyPurpose =
  | 'identity-index'
  | 'message-refs'
  | 'event-ids'
  | 'fence'
  | 'idempotency'
  | 'root-check';

/**
 * Holds the root of all keys outside PostgreSQL and its backups. A file here, a KMS elsewhere: a
 * remote adapter fetches the secret that `derive` needs when it is opened, hence `derive` answers at once.
 */
export interface RootKey {
  /** 32 bytes, always the same for a purpose. */
  derive(purpose: KeyPurpose): Uint8Array;
  /** Encrypts a key; `context` must be given again, letter by letter, to unwrap it. */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws when the wrapped key was changed, or belongs to another context or root. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
}
