import { Injectable } from '@nestjs/common';
import type { SignalRecorded } from '@tact/contracts';
import { Clock, Database, Vault } from '@tact/platform';
import type { AttributedSignal } from '../../signals/attributed-signal.ts';
import { asksOf, heardAt, hourKept } from '../../wishes/hour-kept.ts';
import { refBytes, refInJson, refOf } from '../../signals/message-ref-bytes.ts';

type OrphanFact = Omit<AttributedSignal, 'who'> & { readonly wamid: string };
type Row = {
  readonly tenantId: string;
  readonly eventId: string;
  readonly messageRef: Buffer;
  readonly contactId: string;
  readonly code: number | null;
  readonly messageCategory: SignalRecorded['messageCategory'] | null;
  readonly sender: string | null;
  readonly occurredAt: Date;
};

type Expired = {
  readonly tenantId: string;
  readonly reason: 'message-never-came' | 'timestamp-in-future';
};

const JOINED_AT_ONCE_MAX = 500;

/**
 * WhatsApp reports a failure to a phone without naming anybody: only the message says who it was for. Such a
 * failure waits here until its message turns up, for as long as WhatsApp repeats its webhooks.
 */
@Injectable()
export class Orphans {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** The failures whose message is known, with whose it is; the others are kept waiting. */
  async place(tenantId: string, orphans: readonly OrphanFact[]): Promise<AttributedSignal[]> {
    if (orphans.length === 0) return [];
    const named = orphans.map(({ wamid, ...fact }) => ({
      ...fact,
      ref: this.vault.messageRef(tenantId, wamid),
    }));
    const owners = await this.database.queryable.query<{ ref: Buffer; contactId: string }>(
      `SELECT message_ref AS ref, contact_id AS "contactId" FROM messages
       WHERE tenant_id = $1 AND message_ref = ANY ($2)`,
      [tenantId, named.map(({ ref }) => refBytes(ref))],
    );
    const ownerOf = new Map(owners.map(({ ref, contactId }) => [refOf(ref), contactId]));
    const waiting = named.filter(({ ref }) => !ownerOf.has(ref));
    await this.#keep(tenantId, waiting);
    return named.flatMap(({ ref, ...fact }) => {
      const contactId = ownerOf.get(ref);
      return contactId === undefined ? [] : [{ ...fact, who: { contactId } }];
    });
  }

  /** Failures that can be joined by now; they stay until `forget` is called for those that were recorded. */
  async joinable(): Promise<(AttributedSignal & { readonly tenantId: string })[]> {
    const rows = await this.database.queryable.query<Row>(
      `SELECT o.tenant_id AS "tenantId", o.event_id AS "eventId", o.message_ref AS "messageRef",
         m.contact_id AS "contactId", o.code, o.message_category AS "messageCategory", o.sender,
         o.occurred_at AS "occurredAt"
       FROM orphan_failures o JOIN messages m USING (tenant_id, message_ref)
       ORDER BY o.occurred_at LIMIT ${JOINED_AT_ONCE_MAX}`,
    );
    return rows.map(({ tenantId, eventId, contactId, messageRef, occurredAt, ...row }) => {
      const said = {
        kind: 'message-failed' as const,
        ...(row.code === null ? {} : { code: row.code }),
      };
      return {
        tenantId,
        eventId,
        who: { contactId },
        signal: {
          ...said,
          occurredAt:
            asksOf(said) === undefined
              ? occurredAt.toISOString()
              : heardAt(occurredAt, this.clock.now()),
          origin: 'whatsapp-webhook',
          messageRef: refOf(messageRef),
          ...(row.messageCategory === null ? {} : { messageCategory: row.messageCategory }),
          ...(row.sender === null ? {} : { sender: row.sender }),
        },
      };
    });
  }

  async forget(facts: readonly Pick<AttributedSignal, 'eventId'>[]): Promise<void> {
    await this.database.queryable.query('DELETE FROM orphan_failures WHERE event_id = ANY ($1)', [
      facts.map(({ eventId }) => eventId),
    ]);
  }

  /** Failures whose message never turned up, and those dated so far ahead that no row would ever be old; says whose. */
  expire({ before, after }: { before: Date; after: Date }): Promise<Expired[]> {
    return this.database.queryable.query(
      `DELETE FROM orphan_failures WHERE occurred_at < $1 OR occurred_at > $2
       RETURNING tenant_id AS "tenantId",
         CASE WHEN occurred_at > $2 THEN 'timestamp-in-future' ELSE 'message-never-came' END AS reason`,
      [before, after],
    );
  }

  async #keep(
    tenantId: string,
    orphans: readonly (Omit<AttributedSignal, 'who'> & { readonly ref: string })[],
  ): Promise<void> {
    if (orphans.length === 0) return;
    const rows = orphans.map(({ eventId, ref, signal }) => ({
      event_id: eventId,
      message_ref: refInJson(ref),
      code: signal.code,
      sender: signal.sender,
      message_category: signal.messageCategory,
      occurred_at: hourKept(signal.occurredAt, asksOf(signal)),
    }));
    await this.database.queryable.query(
      `INSERT INTO orphan_failures
         (tenant_id, event_id, message_ref, code, message_category, sender, occurred_at)
       SELECT $1, event_id, message_ref, code, message_category, sender, occurred_at
       FROM json_to_recordset($2::json) AS told (event_id uuid, message_ref bytea, code integer,
         message_category text, sender text, occurred_at timestamptz)
       ON CONFLICT DO NOTHING`,
      [tenantId, JSON.stringify(rows)],
    );
  }
}
