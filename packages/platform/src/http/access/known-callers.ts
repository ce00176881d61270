import { createHash } from 'node:crypto';

const callersMax = 20_000;

const nameOf = (authorization: string): string =>
  createHash('sha256').update(authorization).digest('base64url');

/**
 * Callers whose key opened a door lately: they are counted by their key, everybody else by address.
 * Otherwise whoever sends a new invented key each time would never meet the limit.
 */
export class KnownCallers {
  readonly #names = new Set<string>();

  admit(authorization: string | undefined): void {
    if (authorization === undefined) return;
    if (this.#names.size >= callersMax) this.#names.clear();
    this.#names.add(nameOf(authorization));
  }

  refuse(authorization: string | undefined): void {
    if (authorization !== undefined) this.#names.delete(nameOf(authorization));
  }

  /** What the caller's requests are counted under. */
  bucketOf({ authorization, ip }: { authorization: string | undefined; ip: string }): string {
    const name = authorization === undefined ? undefined : nameOf(authorization);
    return name !== undefined && this.#names.has(name) ? `key:${name}` : `ip:${ip}`;
  }
}
