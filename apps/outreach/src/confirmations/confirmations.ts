import { Injectable } from '@nestjs/common';
import { type Channel, DAY_MS, MINUTE_MS, type Purpose } from '@tact/contracts';
import { ADVISORY_CLASS, Clock, Database, type Queryable } from '@tact/platform';

/** What a person is asked to confirm. */
export type Confirmation = {
  readonly confirmationId: string;
  readonly tenantId: string;
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly noticeId: string;
  readonly expiresAt: Date;
  readonly confirmedAt: Date | null;
  readonly consentId: string | null;
};

type NewConfirmation = Omit<Confirmation, 'confirmedAt' | 'consentId'>;

/** Nobody is pressed: the same thing once in a while, and anything at all a few times a day. */
const SAME_AGAIN_MS = 10 * MINUTE_MS;
const ASKED_A_DAY_MAX = 3;
/** How long a link can be followed. */
export const FOLLOWED_MS = 7 * DAY_MS;

const columns = `confirmation_id AS "confirmationId", tenant_id AS "tenantId", contact_id AS "contactId",
  purpose, channel, notice_id AS "noticeId", expires_at AS "expiresAt", confirmed_at AS "confirmedAt",
  consent_id AS "consentId"`;

@Injectable()
export class Confirmations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** When the person may be asked again; undefined: now. Others who ask for the same person wait until the end of `tx`. */
  async nextAllowedAt(tx: Queryable, asked: NewConfirmation): Promise<Date | undefined> {
    const { tenantId, contactId, purpose, channel } = asked;
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `confirmation ${tenantId} ${contactId}`,
    ]);
    const nowMs = this.clock.now().getTime();
    const recent = await tx.query<{ at: Date; isSame: boolean }>(
      `SELECT asked_at AS at, purpose = $3 AND channel = $4 AS "isSame" FROM confirmations
       WHERE tenant_id = $1 AND contact_id = $2 AND asked_at > $5 ORDER BY asked_at DESC`,
      [tenantId, contactId, purpose, channel, new Date(nowMs - DAY_MS)],
    );
    const same = recent.find(({ isSame }) => isSame);
    const oldest = recent[ASKED_A_DAY_MAX - 1];
    const untilMs = Math.max(
      same === undefined ? 0 : same.at.getTime() + SAME_AGAIN_MS,
      oldest === undefined ? 0 : oldest.at.getTime() + DAY_MS,
    );
    return untilMs > nowMs ? new Date(untilMs) : undefined;
  }

  async keep(tx: Queryable, asked: NewConfirmation): Promise<void> {
    const { confirmationId, tenantId, contactId, purpose, channel, noticeId, expiresAt } = asked;
    await tx.query(
      `INSERT INTO confirmations
         (confirmation_id, tenant_id, contact_id, purpose, channel, notice_id, asked_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        confirmationId,
        tenantId,
        contactId,
        purpose,
        channel,
        noticeId,
        this.clock.now(),
        expiresAt,
      ],
    );
  }

  async of(tenantId: string, confirmationId: string): Promise<Confirmation | undefined> {
    const [row] = await this.database.queryable.query<Confirmation>(
      `SELECT ${columns} FROM confirmations WHERE tenant_id = $1 AND confirmation_id = $2`,
      [tenantId, confirmationId],
    );
    return row;
  }

  /** Those that were asked for before an instant. */
  async forget(before: Date): Promise<void> {
    await this.database.queryable.query('DELETE FROM confirmations WHERE asked_at < $1', [before]);
  }

  async settle(
    tx: Queryable,
    { confirmationId, consentId }: { readonly confirmationId: string; readonly consentId: string },
  ): Promise<void> {
    await tx.query(
      'UPDATE confirmations SET confirmed_at = $2, consent_id = $3 WHERE confirmation_id = $1',
      [confirmationId, this.clock.now(), consentId],
    );
  }
}
