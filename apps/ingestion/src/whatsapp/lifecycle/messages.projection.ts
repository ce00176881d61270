import { Injectable } from '@nestjs/common';
import {
  isErased,
  type MessageCategory,
  type SignalRecorded,
  HOUR_MS,
  DAY_MS,
} from '@tact/contracts';
import { answersMessage, isNoMessage, provesSending } from '@tact/domain';
import {
  type BuiltBeside,
  Clock,
  Jobs,
  type ProjectedEvent,
  type Projection,
  type Queryable,
  ServiceConfig,
} from '@tact/platform';
import { dropAt, dropMessages } from './jobs.ts';
import type { LifecycleSettings } from './settings.ts';
import { refInJson } from '../../signals/message-ref-bytes.ts';

export const messagesName = 'messages';

/** WhatsApp repeats its webhooks for seven days; a month later nothing is told of a message any more. */
const KEPT_MS = 30 * DAY_MS;

/** Messages that were over before are forgotten. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - KEPT_MS);

const types = ['SignalRecorded'] as const;
type Recorded = ProjectedEvent<(typeof types)[number]>;

type Row = {
  readonly tenant_id: string;
  readonly message_ref: string;
  readonly contact_id: string;
  readonly due_at: string | null;
  readonly settled: boolean;
};

/** Remembers each message of ours: whose it is, and when WhatsApp will have dropped it. From ingestion's own events. */
@Injectable()
export class MessagesProjection implements Projection<(typeof types)[number]> {
  readonly name = messagesName;
  readonly version = 1;
  readonly types = types;
  readonly tables = ['messages'];
  readonly restMs = 1_000;

  constructor(
    private readonly config: ServiceConfig<LifecycleSettings>,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async handle(tx: Queryable, events: readonly Recorded[]): Promise<void> {
    const rows = events.flatMap((event) => this.#rowOf(event));
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO messages AS known (tenant_id, message_ref, contact_id, due_at, state)
       SELECT tenant_id, message_ref, min(contact_id), min(due_at),
         CASE WHEN bool_or(settled) THEN 'settled' ELSE 'waiting' END
       FROM json_to_recordset($1::json) AS told (tenant_id text, message_ref bytea, contact_id text,
         due_at timestamptz, settled boolean)
       GROUP BY tenant_id, message_ref ORDER BY tenant_id, message_ref
       ON CONFLICT (tenant_id, message_ref) DO UPDATE SET
         due_at = coalesce(least(known.due_at, excluded.due_at), known.due_at, excluded.due_at),
         state = CASE WHEN known.state = 'waiting' THEN excluded.state ELSE known.state END`,
      [JSON.stringify(rows)],
    );
    await this.#watchOver(tx, rows);
  }

  /** What was dropped is not dropped again, and what was forgotten does not come back. */
  async carryOver(tx: Queryable, { live, built }: BuiltBeside): Promise<void> {
    const same = 'b.tenant_id = l.tenant_id AND b.message_ref = l.message_ref';
    const before = [forgottenBefore(this.clock.now())];
    await tx.query(
      `UPDATE ${built}.messages AS b SET state = 'dropped' FROM ${live}.messages AS l
       WHERE ${same} AND l.state = 'dropped' AND b.state <> 'dropped'`,
    );
    await tx.query(
      `UPDATE ${built}.messages AS b SET due_at = l.due_at FROM ${live}.messages AS l
       WHERE ${same} AND b.due_at < $1 AND (l.due_at IS NULL OR l.due_at >= $1)`,
      before,
    );
    await tx.query(
      `DELETE FROM ${built}.messages AS b
       WHERE b.due_at < $1 AND NOT EXISTS (SELECT FROM ${live}.messages AS l WHERE ${same})`,
      before,
    );
  }

  /** A timer for each hour in which one of them is due. */
  async #watchOver(tx: Queryable, rows: readonly Row[]): Promise<void> {
    const now = this.clock.now();
    const hours = rows.flatMap(({ due_at: due, settled }) =>
      due === null || settled ? [] : dropAt(new Date(due), now),
    );
    await this.jobs.schedule(tx, dropMessages, ...hours);
  }

  #rowOf({ tenantid, time, data: signal }: Recorded): Row[] {
    const { kind, messageRef, contactId, backfill } = signal;
    // What the platform concludes itself, from these very rows, proves nothing of a message.
    const isNone = isNoMessage.has(kind);
    if (messageRef === undefined || !(isNone || provesSending.has(kind))) return [];
    const row = { tenant_id: tenantid, message_ref: refInJson(messageRef), contact_id: contactId };
    // A history tells of messages whose time is over, and what is no message has none; nothing is to be waited for.
    const settled = isNone || answersMessage.has(kind) || backfill === true;
    return [{ ...row, due_at: this.#dueAt(time, signal), settled }];
  }

  /**
   * The first full hour at which the message has outlived its time to live and the buffer. The envelope tells the
   * hour it was sent in, so its whole hour is waited for.
   */
  #dueAt(time: string, { occurredAt, ttlSeconds, messageCategory }: SignalRecorded): string | null {
    if (isErased(occurredAt)) return null;
    const { MESSAGE_TTL_SECONDS, AUTHENTICATION_TTL_SECONDS, MESSAGE_TTL_BUFFER_SECONDS } =
      this.config.values;
    const usual = MESSAGE_TTL_SECONDS;
    const ttlOf: Record<MessageCategory, number> = {
      marketing: usual,
      utility: usual,
      service: usual,
      authentication: AUTHENTICATION_TTL_SECONDS,
    };
    const ttl = ttlSeconds ?? (messageCategory === undefined ? usual : ttlOf[messageCategory]);
    const sentBefore = (Math.floor(Date.parse(time) / HOUR_MS) + 1) * HOUR_MS;
    const due = sentBefore + (ttl + MESSAGE_TTL_BUFFER_SECONDS) * 1000;
    return new Date(Math.ceil(due / HOUR_MS) * HOUR_MS).toISOString();
  }
}
