import { Injectable } from '@nestjs/common';
import { type Channel, DAY_MS, MINUTE_MS, type Purpose } from '@tact/contracts';
import { ADVISORY_CLASS, Clock, Database, type Queryable, Vault } from '@tact/platform';

/** What a person is asked to confirm. */
export type Confirmation = {
  readonly confirmationId: string;
  readonly tenantId: string;
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly noticeId: string;
  /** What stands for the address that was asked. */
  readonly address: string;
  /** `withdrawnOf` when it was asked. */
  readonly withdrawn: string;
  readonly expiresAt: Date;
  readonly confirmedAt: Date | null;
  readonly consentId: string | null;
};

type NewConfirmation = Omit<Confirmation, 'confirmedAt' | 'consentId'>;

/** Nobody is pressed: one thing once while it waits for its answer, and who does not answer is left in peace. */
const SAME_AGAIN_MS = 10 * MINUTE_MS;
const ASKED_A_DAY_MAX = 3;
const UNANSWERED_MAX = 2;
const UNANSWERED_MS = 30 * DAY_MS;
/** How long a link can be followed. */
const FOLLOWED_MS = 7 * DAY_MS;

const columns = `confirmation_id AS "confirmationId", tenant_id AS "tenantId", contact_id AS "contactId",
  purpose, channel, notice_id AS "noticeId", address_ref AS address, withdrawn, expires_at AS "expiresAt", confirmed_at AS "confirmedAt",
  consent_id AS "consentId"`;

/** One that was asked in the last weeks; held: neither the address nor what was withdrawn has changed since. */
type Recent = {
  readonly at: Date;
  readonly expiresAt: Date;
  readonly isAnswered: boolean;
  readonly isSame: boolean;
  readonly isHeld: boolean;
};

/** Until when the person is left in peace, by what she was asked, the latest first. */
const pressedUntilMs = (recent: readonly Recent[]): number => {
  const open = recent.find(({ isSame, isHeld, isAnswered }) => isSame && isHeld && !isAnswered);
  const same = recent.find(({ isSame }) => isSame);
  const thirdLast = recent[ASKED_A_DAY_MAX - 1];
  const unanswered = recent.filter(({ isAnswered }) => !isAnswered)[UNANSWERED_MAX - 1];
  return Math.max(
    open === undefined ? 0 : open.expiresAt.getTime(),
    same === undefined ? 0 : same.at.getTime() + SAME_AGAIN_MS,
    thirdLast === undefined ? 0 : thirdLast.at.getTime() + DAY_MS,
    unanswered === undefined ? 0 : unanswered.at.getTime() + UNANSWERED_MS,
  );
};

@Injectable()
export class Confirmations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly vault: Vault,
  ) {}

  /** How long a link that is sent now can be followed. */
  followedUntil(): Date {
    return new Date(this.clock.now().getTime() + FOLLOWED_MS);
  }

  /** When the person may be asked again; undefined: now. Others who ask for the same person wait until the end of `tx`. */
  async nextAllowedAt(tx: Queryable, asked: NewConfirmation): Promise<Date | undefined> {
    const { tenantId, contactId, purpose, channel, address, withdrawn } = asked;
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `confirmation ${tenantId} ${contactId}`,
    ]);
    const ids = await this.vault.idsOf(tenantId, contactId, tx);
    const nowMs = this.clock.now().getTime();
    const recent = await tx.query<Recent>(
      `SELECT asked_at AS at, expires_at AS "expiresAt", confirmed_at IS NOT NULL AS "isAnswered",
              purpose = $3 AND channel = $4 AS "isSame", address_ref = $6 AND withdrawn = $7 AS "isHeld"
         FROM confirmations
        WHERE tenant_id = $1 AND contact_id = ANY ($2) AND asked_at > $5 ORDER BY asked_at DESC`,
      [tenantId, [...ids], purpose, channel, new Date(nowMs - UNANSWERED_MS), address, withdrawn],
    );
    const untilMs = pressedUntilMs(recent);
    return untilMs > nowMs ? new Date(untilMs) : undefined;
  }

  async keep(tx: Queryable, asked: NewConfirmation): Promise<void> {
    const { confirmationId, tenantId, contactId, purpose, channel, noticeId, expiresAt } = asked;
    const { address, withdrawn } = asked;
    await tx.query(
      `INSERT INTO confirmations
         (confirmation_id, tenant_id, contact_id, purpose, channel, notice_id, asked_at, expires_at,
          address_ref, withdrawn)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        confirmationId,
        tenantId,
        contactId,
        purpose,
        channel,
        noticeId,
        this.clock.now(),
        expiresAt,
        address,
        withdrawn,
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
