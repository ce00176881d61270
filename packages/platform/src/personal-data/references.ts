import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { RootKey } from './root-key.ts';

/** Fingerprints that say nothing without the root key, and are the same each time with it. */
export class References {
  readonly #messageKey: KeyObject;
  readonly #eventKey: KeyObject;

  constructor(rootKey: Pick<RootKey, 'derive'>) {
    this.#messageKey = createSecretKey(rootKey.derive('message-refs'));
    this.#eventKey = createSecretKey(rootKey.derive('event-ids'));
  }

  /** What stands for a wamid, which holds the customer's phone number: `mr_` and 160 bits in hex. */
  messageRef(tenantId: string, wamid: string): string {
    const digest = createHmac('sha256', this.#messageKey).update(`${tenantId}|${wamid}`).digest();
    return `mr_${digest.toString('hex', 0, 20)}`;
  }

  /** A uuid (version 8) that a fact told twice gets twice; the parts may be personal. */
  factId(...parts: readonly (string | number)[]): string {
    const bytes = createHmac('sha256', this.#eventKey)
      .update(JSON.stringify(parts))
      .digest()
      .subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}
