import { Alert, MINUTE_MS } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { MailOutcome } from '../mail/mail.ts';
import type { MailLanguage } from '../mail/template.ts';
import type { Alerts, OpenAlerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import type { Database } from '../postgres/database.ts';
import { alertDocument } from './alert-document.ts';

/** No attempt takes that long: who began it has ended. */
const SENDING_MS_MAX = 10 * MINUTE_MS;
const ATTEMPTS_MAX = 24;
const WAIT_MINUTES_MAX = 60;
/** More at once would be a flood; the next round goes on. */
const MAILS_A_ROUND_MAX = 20;
const KEPT_DAYS = 90;

export type AlertMailOptions = {
  readonly database: Database;
  readonly alerts: Alerts;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly clock: Pick<Clock, 'now' | 'isTrusted'>;
  readonly log: Log;
  readonly service: string;
  readonly to: string;
  readonly language: MailLanguage;
  readonly origin?: string;
};

/** Refused for what the operator mends in the settings, not for this mail: the next attempt may be taken. */
const isOfSettings = (reported: MailOutcome): boolean =>
  reported.outcome === 'refused' && !['recipient', 'content'].includes(reported.why);

type Claimed = {
  readonly mailId: string;
  readonly tenantId: string;
  readonly attempts: number;
  readonly alert: unknown;
};

/**
 * Mails each alert of the service to its operator, once for each time that it is raised. What is to be sent is a row
 * before it is sent, so that neither a restart nor a second process sends it again; an attempt whose end nobody saw is
 * `unknown` and stays so, for the mail may have arrived.
 */
export class AlertMails {
  readonly #options: AlertMailOptions;

  constructor(options: AlertMailOptions) {
    this.#options = options;
  }

  /**
   * Notes what was raised and closed since the last round, then sends what is due. `own` are the alerts of the service
   * itself, where they were read just now.
   */
  async run(signal?: AbortSignal, own?: OpenAlerts): Promise<void> {
    await this.#note(own);
    await this.#settleLost();
    for (let sent = 0; sent < MAILS_A_ROUND_MAX; sent += 1) {
      if (signal?.aborted) return;
      const claimed = await this.#claim();
      if (claimed === undefined) return;
      await this.#send(claimed);
    }
  }

  async #note(own: OpenAlerts | undefined): Promise<void> {
    const { database, alerts, clock } = this.#options;
    const tenants = await database.queryable.query<{ tenantId: string }>(
      'SELECT DISTINCT tenant_id AS "tenantId" FROM access.api_keys',
    );
    const { items, isWhole } = await alerts.raised(
      tenants.map(({ tenantId }) => tenantId),
      own,
    );
    const now = clock.now();
    const open = items.map(({ tenantId = '', alert }) => ({
      tenantId,
      kind: alert.kind,
      reason: alert.about ?? alert.reason ?? '',
      alert,
    }));
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO alert_mails (tenant_id, kind, reason, alert, raised_at, state, due_at)
         SELECT "tenantId", kind, reason, alert, $2, 'waiting', $2
         FROM jsonb_to_recordset($1) AS a ("tenantId" text, kind text, reason text, alert jsonb)
         ON CONFLICT (tenant_id, kind, reason) WHERE closed_at IS NULL DO NOTHING`,
        [JSON.stringify(open), now],
      );
      // What could not be read may still be open: it is not raised anew when it is read again.
      if (isWhole) {
        await tx.query(
          `UPDATE alert_mails m SET closed_at = $2 WHERE closed_at IS NULL AND NOT EXISTS (
             SELECT FROM jsonb_to_recordset($1) AS a ("tenantId" text, kind text, reason text)
             WHERE (a."tenantId", a.kind, a.reason) = (m.tenant_id, m.kind, m.reason))`,
          [JSON.stringify(open), now],
        );
      }
      // How long ago that was is known by a trusted clock alone.
      if (!clock.isTrusted) return;
      await tx.query(
        `DELETE FROM alert_mails WHERE closed_at < $1::timestamptz - $2 * interval '1 day'`,
        [now, KEPT_DAYS],
      );
    });
  }

  /** A process that ended between the sending and its end leaves a mail of which nobody knows. */
  async #settleLost(): Promise<void> {
    const { database, clock, log } = this.#options;
    const now = clock.now();
    const lost = await database.queryable.query(
      `UPDATE alert_mails SET state = 'unknown', settled_at = $1
       WHERE state = 'sending' AND due_at < $2 RETURNING mail_id`,
      [now, new Date(now.getTime() - SENDING_MS_MAX)],
    );
    if (lost.length > 0) log.warn({ mails: lost.length }, 'alert mails were cut off while sending');
  }

  /** Takes one that is due; `due_at` of a mail that is being sent is when that began. */
  async #claim(): Promise<Claimed | undefined> {
    const { database, clock } = this.#options;
    const [claimed] = await database.queryable.query<Claimed>(
      `UPDATE alert_mails SET state = 'sending', attempts = attempts + 1, due_at = $1
       WHERE mail_id = (SELECT mail_id FROM alert_mails WHERE state = 'waiting' AND due_at <= $1
         ORDER BY due_at, mail_id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING mail_id AS "mailId", tenant_id AS "tenantId", attempts, alert`,
      [clock.now()],
    );
    return claimed;
  }

  async #send({ mailId, tenantId, attempts, alert }: Claimed): Promise<void> {
    const { mailer, to, service, language, origin } = this.#options;
    const document = alertDocument({
      alert: Alert.parse(alert),
      service,
      language,
      ...(tenantId === '' ? {} : { tenantId }),
      ...(origin === undefined ? {} : { origin }),
    });
    const reported = await mailer.send({ idempotencyId: mailId, to, document });
    await this.#settle(mailId, reported, attempts);
  }

  async #settle(mailId: string, reported: MailOutcome, attempts: number): Promise<void> {
    const outcome = isOfSettings(reported) ? 'deferred' : reported.outcome;
    const { database, clock } = this.#options;
    const now = clock.now();
    const waitMs = Math.min(2 ** (attempts - 1), WAIT_MINUTES_MAX) * MINUTE_MS;
    const isLast = attempts >= ATTEMPTS_MAX;
    const state = outcome !== 'deferred' ? outcome : isLast ? 'given-up' : 'waiting';
    await database.queryable.query(
      `UPDATE alert_mails SET state = $2, due_at = $3, settled_at = $4
       WHERE mail_id = $1 AND state IN ('sending', 'unknown')`,
      [
        mailId,
        state,
        new Date(now.getTime() + (state === 'waiting' ? waitMs : 0)),
        state === 'waiting' ? null : now,
      ],
    );
  }
}
