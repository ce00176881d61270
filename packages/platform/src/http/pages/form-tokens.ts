import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RootKey } from '../../personal-data/root-key/root-key.ts';
import { ProblemError } from '../problem-error.ts';

/**
 * Binds a form to the page it stands on: who sends it has been shown that page, and has not made up a form of their own.
 * Nothing is stored.
 */
export class FormTokens {
  readonly #key: Uint8Array;

  constructor(rootKey: Pick<RootKey, 'derive'>) {
    this.#key = rootKey.derive('form-tokens');
  }

  /** For the hidden field `form` of a page that was opened by this token, or is at this path. */
  of(page: string): string {
    return createHmac('sha256', this.#key).update(page).digest('base64url');
  }

  /** Throws `form-refused` unless the form stood on that page. */
  assertOf(page: string, given: unknown): void {
    const own = Buffer.from(this.of(page));
    const sent = Buffer.from(typeof given === 'string' ? given : '');
    if (sent.length === own.length && timingSafeEqual(sent, own)) return;
    throw new ProblemError('form-refused');
  }
}
