import { createHash, randomBytes } from 'node:crypto';
import { DAY_MS } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { assertWords, type Words } from './words.ts';

const TOKEN_BYTES = 32;
const form = /^[\w-]{43}$/;
/** For so long a token that expired answers that it expired, and not as one that never was. */
const KEPT_DAYS = 90;
/** Purposes whose tokens say nothing to anybody once they expired. */
const fleeting = ['oidc-state'];

export type NewToken = {
  /** What it opens, kebab-case: `confirm-consent`. It opens nothing else. */
  readonly purpose: string;
  readonly tenantId: string;
  /** Whom it is about, by an id. */
  readonly subject: string;
  readonly expiresAt: Date;
  readonly isSingleUse: boolean;
  /** What its bearer needs to be told apart by; ids and words, because rows are in clear. */
  readonly about?: Words;
};

type Found = Pick<NewToken, 'tenantId' | 'subject' | 'expiresAt'> & {
  readonly about: Words;
};

/** `expired` and `used` say whose it was, so that a page can say so in the right words; they open nothing. */
export type TokenState =
  | ({ readonly state: 'valid' | 'expired' | 'used' } & Found)
  | { readonly state: 'unknown' };

type Row = Omit<Found, 'about'> & {
  readonly about: Found['about'] | null;
  readonly isSpent: boolean;
};

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const columns = `tenant_id AS "tenantId", subject, expires_at AS "expiresAt", about`;

/**
 * Opaque texts that open one thing each, for who has no key: links in mails. A token is stored as its hash, so that
 * whoever reads the database can follow no link; a cut, foreign or invented one is `unknown`.
 */
export class Tokens {
  readonly #clock: Pick<Clock, 'now' | 'isTrusted'>;
  readonly #metrics: Pick<Metrics, 'counter'>;

  constructor(clock: Pick<Clock, 'now' | 'isTrusted'>, metrics: Pick<Metrics, 'counter'>) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** Draws one in the caller's transaction. Its text, 43 characters that a link may hold, is in the answer alone. */
  async mint(tx: Queryable, token: NewToken): Promise<string> {
    const { purpose, tenantId, subject, expiresAt, isSingleUse, about } = token;
    assertWords('A token', [purpose, tenantId, subject], about);
    const text = randomBytes(TOKEN_BYTES).toString('base64url');
    await tx.query(
      `INSERT INTO tokens (token_hash, purpose, tenant_id, subject, about, expires_at, is_single_use)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [hashOf(text), purpose, tenantId, subject, about ?? null, expiresAt, isSingleUse],
      'mint_token',
    );
    return text;
  }

  /** What a token would open now. It changes nothing, so whoever follows links for safety's sake uses none up. */
  async look(queryable: Queryable, purpose: string, text: string): Promise<TokenState> {
    if (!form.test(text)) return this.#counted(purpose, { state: 'unknown' });
    const [row] = await queryable.query<Row>(
      `SELECT ${columns}, is_single_use AND used_at IS NOT NULL AS "isSpent"
       FROM tokens WHERE token_hash = $1 AND purpose = $2`,
      [hashOf(text), purpose],
      'look_at_token',
    );
    return this.#counted(purpose, this.#stateOf(row));
  }

  /** Uses it in the caller's transaction: of a single use, only one that commits is ever told `valid`. */
  async use(tx: Queryable, purpose: string, text: string): Promise<TokenState> {
    if (!form.test(text)) return this.#counted(purpose, { state: 'unknown' });
    // Whoever comes second waits for the first here, and reads what it left.
    const [row] = await tx.query<Row>(
      `SELECT ${columns}, is_single_use AND used_at IS NOT NULL AS "isSpent"
       FROM tokens WHERE token_hash = $1 AND purpose = $2 FOR UPDATE`,
      [hashOf(text), purpose],
      'use_token',
    );
    const found = this.#stateOf(row);
    if (found.state === 'valid') {
      await tx.query(
        'UPDATE tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL',
        [hashOf(text), this.#clock.now()],
        'mark_token',
      );
    }
    return this.#counted(purpose, found);
  }

  /** Ends all that were given to a subject for a purpose: they are `unknown` from then on. */
  async revoke(
    tx: Queryable,
    { purpose, tenantId, subject }: Pick<NewToken, 'purpose' | 'tenantId' | 'subject'>,
  ): Promise<void> {
    await tx.query('DELETE FROM tokens WHERE tenant_id = $1 AND subject = $2 AND purpose = $3', [
      tenantId,
      subject,
      purpose,
    ]);
  }

  /** What expired long ago is of no use to anybody; how long ago that was is known by a trusted clock alone. */
  async deleteExpired(queryable: Queryable): Promise<void> {
    if (!this.#clock.isTrusted) return;
    const now = this.#clock.now();
    const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS);
    // Anybody may begin to sign in, as often as they like, and never come back.
    await queryable.query(
      `DELETE FROM tokens WHERE expires_at < $1 OR (purpose = ANY ($2) AND expires_at < $3)`,
      [before, fleeting, now],
    );
  }

  #stateOf(row: Row | undefined): TokenState {
    if (row === undefined) return { state: 'unknown' };
    const { isSpent, about, ...found } = row;
    const isOver = found.expiresAt <= this.#clock.now();
    return {
      state: isSpent ? 'used' : isOver ? 'expired' : 'valid',
      ...found,
      about: about ?? {},
    };
  }

  /** Many that are unknown are somebody who guesses. */
  #counted(purpose: string, found: TokenState): TokenState {
    this.#metrics
      .counter('tact_tokens_total', 'Tokens presented, by what they are.', ['purpose', 'state'])
      .inc({ purpose, state: found.state });
    return found;
  }
}
