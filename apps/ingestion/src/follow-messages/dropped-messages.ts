import { Injectable } from '@nestjs/common';
import { Clock, EventStore, type Queryable, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate.ts';
import { signalAppend } from '../record-facts.ts';

type Due = {
  readonly tenantId: string;
  readonly messageRef: string;
  readonly contactId: string;
  readonly dueAt: Date;
};

const droppedAtOnceMax = 500;

/**
 * WhatsApp drops a message without a word when its time to live is over: absence is the signal, so the platform
 * keeps the time itself. The state and the event are one transaction, so each message is told of once.
 */
@Injectable()
export class DroppedMessages {
  constructor(
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Tells of the messages whose time is over, some at a time; says how many it looked at. */
  drop(): Promise<number> {
    return this.store.transaction(async (tx) => {
      const due = await this.claim(tx);
      const admitted = await Promise.all(
        [...Map.groupBy(due, ({ tenantId }) => tenantId)].map(async ([tenantId, own]) => {
          const ids = own.map(({ contactId }) => contactId);
          const admissions = await this.gate.admitContacts(tenantId, ids);
          // Who must not be analysed any more leaves nothing behind, not even that nothing came.
          return own.filter((_, nth) => typeof admissions[nth] === 'object');
        }),
      );
      const appends = admitted.flat().map((message) => this.appendOf(message));
      if (appends.length > 0) await this.store.appendIn(tx, appends);
      return due.length;
    });
  }

  /** Other processes pass these rows by until the transaction ends. */
  private claim(tx: Queryable): Promise<Due[]> {
    return tx.query<Due>(
      `UPDATE messages AS m SET state = 'dropped'
       FROM (
         SELECT tenant_id, message_ref FROM messages
         WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT ${droppedAtOnceMax}
         FOR UPDATE SKIP LOCKED
       ) AS due
       WHERE m.tenant_id = due.tenant_id AND m.message_ref = due.message_ref
       RETURNING m.tenant_id AS "tenantId", m.message_ref AS "messageRef",
         m.contact_id AS "contactId", m.due_at AS "dueAt"`,
      [this.clock.now()],
    );
  }

  private appendOf({ tenantId, messageRef, contactId, dueAt }: Due) {
    const eventId = this.vault.factId(tenantId, 'timer', messageRef, 'dropped');
    const occurredAt = dueAt.toISOString();
    const signal = { kind: 'message-dropped', occurredAt, origin: 'timer', messageRef } as const;
    return signalAppend({ tenantId, contactId, eventId, signal });
  }
}
