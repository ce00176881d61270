import { DAY_MS, retentionLimits } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { LeavingMail } from './mail-kind.ts';

export type MailState =
  | 'waiting'
  | 'handed-over'
  | 'sent'
  | 'refused'
  | 'unknown'
  | 'withheld'
  | 'expired'
  | 'erased'
  | 'given-up';

export type OutgoingMail = LeavingMail & {
  readonly kind: string;
  readonly state: MailState;
  readonly sealed: string | null;
  readonly attempts: number;
  /** When it was left, or since when it is tried anew. */
  readonly triedSince: Date;
  readonly notAfter: Date | null;
};

const columns = `mail_id AS "mailId", kind, tenant_id AS "tenantId", subject, coalesce(about, '{}') AS about, sealed,
  state, attempts, coalesce(tried_since, queued_at) AS "triedSince", not_after AS "notAfter"`;

/** Ends after which somebody may still want to send it: all else is dropped with the end. */
const keepsText: ReadonlySet<MailState> = new Set(['waiting', 'handed-over', 'unknown']);

export const readMail = async (
  queryable: Queryable,
  mailId: string,
): Promise<OutgoingMail | undefined> => {
  const [row] = await queryable.query<OutgoingMail>(
    `SELECT ${columns} FROM outgoing_mails WHERE mail_id = $1`,
    [mailId],
    'read_outgoing_mail',
  );
  return row;
};

/** Says that the server gets the text from now on; false where somebody else has said so, or it is settled. */
export const markHandedOver = async (tx: Queryable, mailId: string): Promise<boolean> => {
  const rows = await tx.query(
    `UPDATE outgoing_mails SET state = 'handed-over', attempts = attempts + 1
     WHERE mail_id = $1 AND state = 'waiting' RETURNING 1`,
    [mailId],
    'hand_over_mail',
  );
  return rows.length > 0;
};

type Change = {
  readonly state: MailState;
  readonly why?: string;
  readonly now: Date;
  /** States that it may come from. */
  readonly from: readonly MailState[];
  /** It is tried from now on as if it had just been left. */
  readonly isTriedAnew?: boolean;
};

/** Writes what became of a mail, and says whose it is; undefined where it was settled otherwise meanwhile. */
export const settleMail = async (
  queryable: Queryable,
  mailId: string,
  { state, why, now, from, isTriedAnew = false }: Change,
): Promise<string | undefined> => {
  const [row] = await queryable.query<{ tenantId: string }>(
    `UPDATE outgoing_mails SET state = $2, why = $3, settled_at = $4,
       sealed = CASE WHEN $5 THEN sealed END,
       tried_since = CASE WHEN $8 THEN $7 ELSE tried_since END,
       failing_since = CASE WHEN $2 = 'waiting' AND $3::text IS NOT NULL THEN coalesce(failing_since, $7) END
     WHERE mail_id = $1 AND state = ANY ($6) RETURNING tenant_id AS "tenantId"`,
    [
      mailId,
      state,
      why ?? null,
      state === 'waiting' ? null : now,
      keepsText.has(state),
      [...from],
      now,
      isTriedAnew,
    ],
    'settle_mail',
  );
  return row?.tenantId;
};

/** An attempt that ended before the text: the mail waits as it did. */
export const countAttempt = async (
  queryable: Queryable,
  mailId: string,
  { why, now }: { readonly why: string; readonly now: Date },
): Promise<void> => {
  await queryable.query(
    `UPDATE outgoing_mails
     SET attempts = attempts + 1, why = $2, failing_since = coalesce(failing_since, $3)
     WHERE mail_id = $1 AND state = 'waiting'`,
    [mailId, why, now],
    'count_mail_attempt',
  );
};

/** Its kind keeps it back until then: that is no matter of the server, which is tried from then on. */
export const keepBack = async (
  queryable: Queryable,
  mailId: string,
  notBefore: Date,
): Promise<void> => {
  await queryable.query(
    `UPDATE outgoing_mails SET not_before = $2, tried_since = $2 WHERE mail_id = $1 AND state = 'waiting'`,
    [mailId, notBefore],
    'keep_mail_back',
  );
};

type Several = { readonly mails: number; readonly since: Date };

/** What a person must look at. */
export class OpenMails {
  readonly #queryable: Queryable;

  constructor(queryable: Queryable) {
    this.#queryable = queryable;
  }

  /** Mails of which nobody knows whether they arrived. */
  uncertain(): Promise<Several | undefined> {
    return this.#several(`state = 'unknown'`, 'settled_at');
  }

  /** Mails that have waited since before then, though nobody keeps them back. */
  stalled(before: Date): Promise<Several | undefined> {
    const since = 'greatest(queued_at, not_before, tried_since)';
    return this.#several(`state = 'waiting' AND ${since} < $1`, since, before);
  }

  /** Mails that the server has not taken since before then, for what is no matter of the mail: all that wait for it. */
  async away(before: Date): Promise<Several | undefined> {
    const where = `state = 'waiting' AND failing_since IS NOT NULL AND why NOT IN ('recipient', 'content')`;
    const failing = await this.#several(where, 'failing_since');
    return failing === undefined || failing.since >= before ? undefined : failing;
  }

  /** Mails that were given up since then. */
  givenUp(after: Date): Promise<Several | undefined> {
    return this.#several(`state = 'given-up' AND settled_at > $1`, 'settled_at', after);
  }

  async #several(
    where: string,
    since: string,
    ...values: readonly Date[]
  ): Promise<Several | undefined> {
    const [row] = await this.#queryable.query<{ mails: number; since: Date | null }>(
      `SELECT count(*) AS mails, min(${since}) AS since FROM outgoing_mails WHERE ${where}`,
      values,
    );
    return row === undefined || row.since === null
      ? undefined
      : { mails: row.mails, since: row.since };
  }
}

/** What was settled long ago; how long ago that was is known by a trusted clock alone. */
export const forgetMails = async (
  queryable: Queryable,
  clock: Pick<Clock, 'now' | 'isTrusted'>,
): Promise<void> => {
  const { days } = retentionLimits.mails;
  if (!clock.isTrusted || days === null) return;
  await queryable.query(`DELETE FROM outgoing_mails WHERE settled_at < $1 AND state <> 'unknown'`, [
    new Date(clock.now().getTime() - days * DAY_MS),
  ]);
};
