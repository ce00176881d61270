import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { RootKey } from '../root-key/root-key.ts';

/** Fingerprints that say nothing without the root key, and are the same each time with it. */
export class References {
  readonly #messageKey: KeyObject;
  readonly #eventKey: KeyObject;
  readonly #addressKey: KeyObject;

  constructor(rootKey: Pick<RootKey, 'derive'>) {
    this.#messageKey = createSecretKey(rootKey.derive('message-refs'));
    this.#eventKey = createSecretKey(rootKey.derive('event-ids'));
    this.#addressKey = createSecretKey(rootKey.derive('address-refs'));
  }

  /** What stands for a wamid, which holds the customer's phone number: `mr_` and 160 bits in hex. */
  messageRef(tenantId: string, wamid: string): string {
    const hmac = createHmac('sha256', this.#messageKey).update(`${tenantId}|${wamid}`);
    return `mr_${hmac.digest('hex').slice(0, 40)}`;
  }

  /** What stands for an e-mail address, however it is spelled: `ad_` and 160 bits in hex. */
  addressRef(tenantId: string, email: string): string {
    const spelled = email.normalize('NFC').trim().toLowerCase();
    const hmac = createHmac('sha256', this.#addressKey).update(`${tenantId}|${spelled}`);
    return `ad_${hmac.digest('hex').slice(0, 40)}`;
  }

  /** A uuid (version 8) that a fact told twice gets twice; the parts may be personal. */
  factId(...parts: readonly (string | number)[]): string {
    const hmac = createHmac('sha256', this.#eventKey).update(JSON.stringify(parts));
    const hex = hmac.digest('hex');
    const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
