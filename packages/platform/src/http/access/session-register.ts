import { DAY_MS } from '@tact/contracts';
import type { Clock } from '../../config/clock.ts';
import type { Queryable } from '../../postgres/queryable.ts';

const MINUTE_MS = 60_000;
const IDLE_MS_MAX = 30 * MINUTE_MS;
const LIFE_MS_MAX = DAY_MS / 2;
/** For so long a session that has ended is listed. */
const KEPT_DAYS = 90;

export type SessionRecord = {
  readonly sessionId: string;
  readonly tenantId: string;
  readonly staffId: string;
  readonly openedWith: 'link' | 'oidc';
  readonly createdAt: Date;
  readonly usedAt: Date;
  readonly endedAt: Date | null;
};

export type SessionAsked = { readonly tenantId: string; readonly sessionId: string };
export type SessionsPage = {
  readonly tenantId: string;
  /** Of one person; of everybody when absent. */
  readonly staffId?: string | undefined;
  readonly limit: number;
  readonly before?: { readonly createdAt: Date; readonly sessionId: string };
};

export const idleUntilOf = ({ usedAt }: SessionRecord): Date =>
  new Date(usedAt.getTime() + IDLE_MS_MAX);
export const expiryOf = ({ createdAt }: SessionRecord): Date =>
  new Date(createdAt.getTime() + LIFE_MS_MAX);

/** Where a session stands: idle for half an hour or open for half a day, it has expired. */
export const stateOfSession = (session: SessionRecord, now: Date): 'open' | 'expired' | 'ended' => {
  if (session.endedAt !== null) return 'ended';
  return now >= idleUntilOf(session) || now >= expiryOf(session) ? 'expired' : 'open';
};

const columns = `session_id AS "sessionId", tenant_id AS "tenantId", staff_id AS "staffId",
  opened_with AS "openedWith", created_at AS "createdAt", used_at AS "usedAt", ended_at AS "endedAt"`;

/** Where people are signed in. The text a session is known by is a token of compliance's, and nowhere here. */
export class SessionRegister {
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The longest that a session opened now can live. */
  get endOfLife(): Date {
    return new Date(this.#clock.now().getTime() + LIFE_MS_MAX);
  }

  async open(
    tx: Queryable,
    session: Pick<SessionRecord, 'sessionId' | 'tenantId' | 'staffId' | 'openedWith'>,
  ): Promise<SessionRecord> {
    const { sessionId, tenantId, staffId, openedWith } = session;
    const [record] = await tx.query<SessionRecord>(
      `INSERT INTO access.sessions (session_id, tenant_id, staff_id, opened_with, created_at, used_at)
       VALUES ($1, $2, $3, $4, $5, $5) RETURNING ${columns}`,
      [sessionId, tenantId, staffId, openedWith, this.#clock.now()],
    );
    if (!record) throw new Error('A session that was opened is not there');
    return record;
  }

  async find(
    queryable: Queryable,
    { tenantId, sessionId }: SessionAsked,
  ): Promise<SessionRecord | undefined> {
    const [record] = await queryable.query<SessionRecord>(
      `SELECT ${columns} FROM access.sessions WHERE tenant_id = $1 AND session_id = $2`,
      [tenantId, sessionId],
    );
    return record;
  }

  /** To the minute, so that a busy screen is one write a minute. */
  async noteUse(queryable: Queryable, { sessionId, usedAt }: SessionRecord): Promise<void> {
    const minute = new Date(Math.floor(this.#clock.now().getTime() / MINUTE_MS) * MINUTE_MS);
    if (usedAt >= minute) return;
    await queryable.query(
      `UPDATE access.sessions SET used_at = $2
       WHERE session_id = $1 AND ended_at IS NULL AND used_at < $2`,
      [sessionId, minute],
    );
  }

  /** Latest first. */
  list(
    queryable: Queryable,
    { tenantId, staffId, limit, before }: SessionsPage,
  ): Promise<SessionRecord[]> {
    return queryable.query<SessionRecord>(
      `SELECT ${columns} FROM access.sessions
       WHERE tenant_id = $1 AND ($2::text IS NULL OR staff_id = $2)
         AND ($3::timestamptz IS NULL OR (created_at, session_id) < ($3, $4))
       ORDER BY created_at DESC, session_id DESC LIMIT $5`,
      [tenantId, staffId ?? null, before?.createdAt ?? null, before?.sessionId ?? '', limit],
    );
  }

  /** Its signed tokens open nothing from now on. False: it had ended before. */
  async end(tx: Queryable, { tenantId, sessionId }: SessionAsked): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE access.sessions SET ended_at = $3
       WHERE tenant_id = $1 AND session_id = $2 AND ended_at IS NULL RETURNING session_id`,
      [tenantId, sessionId, this.#clock.now()],
    );
    return rows.length > 0;
  }
  /** Where somebody was signed in long ago is nobody's matter any more; the audit says it as long as it is kept. */
  async deleteEnded(queryable: Queryable): Promise<void> {
    const before = new Date(this.#clock.now().getTime() - KEPT_DAYS * DAY_MS);
    await queryable.query('DELETE FROM access.sessions WHERE ended_at < $1 OR created_at < $2', [
      before,
      new Date(before.getTime() - LIFE_MS_MAX),
    ]);
  }
}
