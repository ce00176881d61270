import { Injectable } from '@nestjs/common';
import { Clock, Database, type Queryable, Vault } from '@tact/platform';
import type { AttributedSignal } from '../../signals/attributed-signal.ts';
import { RecordFacts } from '../../signals/record-facts.ts';
import { forgottenBefore } from './messages.projection.ts';
import { refOf } from '../../signals/message-ref-bytes.ts';

type Due = {
  readonly tenantId: string;
  readonly messageRef: string;
  readonly contactId: string;
  readonly dueAt: Date;
};

const DROPPED_AT_ONCE_MAX = 500;

/**
 * WhatsApp drops a message without a word when its time to live is over: absence is the signal, so the platform
 * keeps the time itself.
 */
@Injectable()
export class DroppedMessages {
  constructor(
    private readonly database: Database,
    private readonly facts: RecordFacts,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /**
   * Tells of the messages whose time is over, some at a time; says how many it looked at. The rows are held until
   * the facts are durable: where a process ends in between, the next tells the same again, which is no new fact.
   */
  drop(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const due = await this.#claim(tx);
      for (const [tenantId, own] of Map.groupBy(due, (one) => one.tenantId)) {
        // Who must not be analysed any more, or was erased, leaves nothing behind, not even that nothing came.
        await this.facts.record(
          tenantId,
          own.map((message) => this.#factOf(message)),
        );
      }
      return due.length;
    });
  }

  /** Messages that are over long ago: their facts are kept, that they were waited for is not. */
  async forget(): Promise<void> {
    const before = forgottenBefore(this.clock.now());
    await this.database.queryable.query(
      `DELETE FROM messages WHERE state <> 'waiting' AND due_at < $1`,
      [before],
    );
  }

  /** Other processes pass these rows by until the transaction ends. */
  async #claim(tx: Queryable): Promise<Due[]> {
    const rows = await tx.query<Omit<Due, 'messageRef'> & { messageRef: Buffer }>(
      `UPDATE messages AS m SET state = 'dropped'
       FROM (
         SELECT tenant_id, message_ref FROM messages
         WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT ${DROPPED_AT_ONCE_MAX}
         FOR UPDATE SKIP LOCKED
       ) AS due
       WHERE m.tenant_id = due.tenant_id AND m.message_ref = due.message_ref
       RETURNING m.tenant_id AS "tenantId", m.message_ref AS "messageRef",
         m.contact_id AS "contactId", m.due_at AS "dueAt"`,
      [this.clock.now()],
    );
    return rows.map((row) => ({ ...row, messageRef: refOf(row.messageRef) }));
  }

  #factOf({ tenantId, messageRef, contactId, dueAt }: Due): AttributedSignal {
    return {
      who: { contactId },
      eventId: this.vault.factId(tenantId, 'timer', messageRef, 'dropped'),
      signal: {
        kind: 'message-dropped',
        occurredAt: dueAt.toISOString(),
        origin: 'timer',
        messageRef,
      },
    };
  }
}
