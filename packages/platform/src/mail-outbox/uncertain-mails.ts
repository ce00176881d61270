import type { Clock } from '../config/clock.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { messageIdOf } from '../mail/message-id.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { sendMailJob } from './mail-outbox.ts';
import { settleMail } from './outgoing-mails.ts';

type Parts = {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, 'now'>;
  /** The address that mails come from; undefined where no server is set. */
  readonly from: string | undefined;
};

type Uncertain = {
  readonly mailId: string;
  readonly kind: string;
  readonly tenantId: string;
  readonly subject: string;
  readonly since: Date;
};

const LISTED_MAX = 200;

/** Mails that were handed over without an answer, for the person who finds out what became of each. */
export class UncertainMails {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The longest uncertain first. */
  async list(): Promise<readonly (Uncertain & { readonly messageId?: string })[]> {
    const { database, from } = this.#parts;
    const rows = await database.queryable.query<Uncertain>(
      `SELECT mail_id AS "mailId", kind, tenant_id AS "tenantId", subject, settled_at AS since
       FROM outgoing_mails WHERE state = 'unknown' ORDER BY settled_at, mail_id LIMIT ${LISTED_MAX}`,
    );
    return rows.map((row) =>
      from === undefined ? row : Object.assign(row, { messageId: messageIdOf(row.mailId, from) }),
    );
  }

  /**
   * Writes down what a person found out; what did not arrive is sent again. False: no such mail is uncertain. `tell` is
   * called in the same transaction, with whose mail it was.
   */
  settle(
    mailId: string,
    hasArrived: boolean,
    tell: (tx: Queryable, tenantId: string) => Promise<void>,
  ): Promise<boolean> {
    const { database, jobs, clock } = this.#parts;
    return database.transaction(async (tx) => {
      const state = hasArrived ? 'sent' : 'waiting';
      const now = clock.now();
      const isTriedAnew = !hasArrived;
      const change = { state, now, from: ['unknown'], isTriedAnew } as const;
      const tenantId = await settleMail(tx, mailId, change);
      if (tenantId === undefined) return false;
      await tell(tx, tenantId);
      if (!hasArrived) await jobs.schedule(tx, sendMailJob, { payload: { mailId } });
      return true;
    });
  }
}
