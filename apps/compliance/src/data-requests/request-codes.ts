import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CodeChannel } from '@tact/contracts';
import {
  answerTo,
  type CodeAnswer,
  CODE_LIFE_MS,
  CODE_MISSES_MAX,
  CODES_A_DAY_MAX,
  CODES_WITHIN_MS,
} from '@tact/domain';
import { Clock, type Queryable, Vault } from '@tact/platform';
import type { Asked } from './request-stream.ts';

type Row = {
  readonly codeId: string;
  readonly channel: string;
  readonly hash: string | null;
  readonly misses: number;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
};

type Code = { readonly requestId: string; readonly codeId: string };

/** What a try came to, and how many were wrong with it. */
export type Tried = {
  readonly answer: CodeAnswer;
  readonly codeId: string;
  readonly channel: CodeChannel;
  readonly misses: number;
  /** This try closed it. */
  readonly isClosed: boolean;
};

export type KeptCode = Omit<Row, 'hash'> & { readonly askedAt: Date };

const DIGITS = 8;
const columns = `code_id AS "codeId", channel, misses, expires_at AS "expiresAt", used_at AS "usedAt"`;

/** What a person typed: spaces are for the eye. */
const digitsOf = (text: string): string => text.replaceAll(' ', '');

/**
 * The codes of requests. There is a row for each that was asked for, also where nobody is known or nothing could be sent, so
 * that a try takes the same way for everybody. Of the code a keyed hash is kept, by a key that is not in the database.
 */
@Injectable()
export class RequestCodes {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** `retryAfterSeconds`: too many were asked for in a day, and then the next may be. */
  async ask(
    tx: Queryable,
    { tenantId, requestId }: Asked,
    channel: CodeChannel,
  ): Promise<
    { readonly codeId: string; readonly expiresAt: Date } | { readonly retryAfterSeconds: number }
  > {
    const nowMs = this.clock.now().getTime();
    const since = new Date(nowMs - CODES_WITHIN_MS);
    const recent = await tx.query<{ askedAt: Date }>(
      `SELECT asked_at AS "askedAt" FROM data_request_codes
       WHERE request_id = $1 AND asked_at > $2 ORDER BY asked_at DESC LIMIT $3`,
      [requestId, since, CODES_A_DAY_MAX],
    );
    const earliest = recent[CODES_A_DAY_MAX - 1];
    if (earliest !== undefined) {
      const waitMs = earliest.askedAt.getTime() + CODES_WITHIN_MS - nowMs;
      return { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
    }
    const codeId = `dc_${randomBytes(12).toString('hex')}`;
    const expiresAt = new Date(nowMs + CODE_LIFE_MS);
    await tx.query(
      `INSERT INTO data_request_codes (code_id, request_id, tenant_id, channel, asked_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [codeId, requestId, tenantId, channel, new Date(nowMs), expiresAt],
    );
    return { codeId, expiresAt };
  }

  /** Draws the code. Its text is in the answer alone, and for one mail; undefined: it is drawn already. */
  async draw(
    tx: Queryable,
    { requestId, codeId }: Code,
  ): Promise<
    { readonly code: string; readonly channel: CodeChannel; readonly expiresAt: Date } | undefined
  > {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const [row] = await tx.query<Row>(
      `UPDATE data_request_codes SET code_hash = $2 WHERE code_id = $1 AND code_hash IS NULL
       RETURNING ${columns}`,
      [codeId, this.#hashOf(requestId, codeId, code)],
    );
    if (row === undefined) return undefined;
    return { code, channel: CodeChannel.parse(row.channel), expiresAt: row.expiresAt };
  }

  /** The address a code leaves for: whoever reads another one by the time it comes back has proven nothing. */
  async noteAddress(tx: Queryable, { codeId }: Code, addressRef: string): Promise<void> {
    await tx.query('UPDATE data_request_codes SET address_hash = $2 WHERE code_id = $1', [
      codeId,
      this.#addressHashOf(codeId, addressRef),
    ]);
  }

  /** Whether this code went to that address. */
  async wentTo(tx: Queryable, { codeId }: Code, addressRef: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT FROM data_request_codes WHERE code_id = $1 AND address_hash = $2',
      [codeId, this.#addressHashOf(codeId, addressRef)],
    );
    return rows.length > 0;
  }

  /** Whether a code that was accepted of the request went to that address. */
  async cameBackFrom(tx: Queryable, requestId: string, addressRef: string): Promise<boolean> {
    const used = (await this.of(tx, requestId)).filter(({ usedAt }) => usedAt !== null);
    for (const { codeId } of used) {
      if (await this.wentTo(tx, { requestId, codeId }, addressRef)) return true;
    }
    return false;
  }

  /** Tries the newest code of a request. Whoever comes at the same time waits here, so that each wrong one is counted. */
  async attempt(tx: Queryable, requestId: string, text: string): Promise<Tried | undefined> {
    const [row] = await tx.query<Row>(
      `SELECT ${columns}, code_hash AS hash FROM data_request_codes
        WHERE request_id = $1 ORDER BY asked_at DESC, code_id DESC LIMIT 1 FOR UPDATE`,
      [requestId],
      'newest_request_code',
    );
    if (row === undefined) return undefined;
    const { codeId, channel, hash } = row;
    const isRight = hash !== null && hash === this.#hashOf(requestId, codeId, digitsOf(text));
    const answer = answerTo(row, isRight, this.clock.now());
    const misses = answer === 'accepted' ? row.misses : row.misses + 1;
    await tx.query(
      `UPDATE data_request_codes SET misses = $2, used_at = coalesce(used_at, $3) WHERE code_id = $1`,
      [codeId, misses, answer === 'accepted' ? this.clock.now() : null],
      'count_request_code',
    );
    const isClosed = answer === 'missed' && misses === CODE_MISSES_MAX;
    return { answer, codeId, channel: CodeChannel.parse(channel), misses, isClosed };
  }

  /** Whether a code could still be right: a mail with another one is not worth sending. */
  async isLive(tx: Queryable, codeId: string): Promise<boolean> {
    const [row] = await tx.query<Row>(
      `SELECT ${columns} FROM data_request_codes WHERE code_id = $1`,
      [codeId],
    );
    return answerTo(row, true, this.clock.now()) === 'accepted';
  }

  /** All that were asked for, oldest first. */
  of(queryable: Queryable, requestId: string): Promise<KeptCode[]> {
    return queryable.query<KeptCode>(
      `SELECT ${columns}, asked_at AS "askedAt" FROM data_request_codes
        WHERE request_id = $1 ORDER BY asked_at, code_id`,
      [requestId],
    );
  }

  /** Those that were asked for before an instant. */
  async forget(queryable: Queryable, before: Date): Promise<void> {
    await queryable.query('DELETE FROM data_request_codes WHERE asked_at < $1', [before]);
  }

  #addressHashOf(codeId: string, addressRef: string): string {
    return this.vault.factId('data-request-code-address', codeId, addressRef);
  }

  #hashOf(requestId: string, codeId: string, code: string): string {
    return this.vault.factId('data-request-code', requestId, codeId, code);
  }
}
