import { Injectable } from '@nestjs/common';
import type { ContactPolicyEvent } from '@tact/domain';
import {
  ADVISORY_CLASS,
  type BesideStream,
  Database,
  type Queryable,
  SubjectErased,
  Vault,
} from '@tact/platform';
import { HOUR_MS, DAY_MS } from '@tact/contracts';

type Counted = Extract<ContactPolicyEvent, { type: 'OutboundMessageCounted' }>;

/** A message of ours that was seen leaving; its id follows from the message, so it is kept once. */
export type CountedMessage = {
  readonly id: string;
  readonly tenantId: string;
  readonly event: Counted;
};

type Row = {
  readonly id: string;
  readonly tenantId: string;
  readonly afterVersion: number;
  readonly data: object;
};

/** Where one person's consents and decisions are, in one order. */
export const streamOf = (contactId: string): string => `contact-${contactId}`;

/** Names these locks among all advisory locks of the database; scoring has `+ 1`. */
const COUNT_CLASS = ADVISORY_CLASS + 2;

/**
 * Who decides on persons holds their counts alone, who counts for them shares these; until the transaction ends, and in
 * an order that cannot deadlock.
 */
export const lockCounts = async (
  tx: Queryable,
  contactIds: readonly string[],
  mode: 'shared' | 'alone',
): Promise<void> => {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.query(
    `SELECT ${lock}(${COUNT_CLASS}, hash) FROM (
       SELECT DISTINCT hashtext(id) AS hash FROM unnest($1::text[]) AS asked (id) ORDER BY hash) AS hashes`,
    [contactIds],
    `lock_counts_${mode}`,
  );
};

/** A day more than the cap looks back. */
const WINDOW_DAYS = 4;
/** The last word of a message, that it was read, can come so late; until then it must be known as counted. */
const KEPT_DAYS = 60;
/** As many of one category as the cap can ask for; a flood of messages a person needs hides none of the others. */
const OF_A_CATEGORY = 100;

/**
 * Messages that count toward the pressure cap, beside the streams of their people: most of what happens to a person
 * is that a message leaves, and a stream that grew with each would make every decision dearer. The exact time is
 * sealed under the person's key, like in an event.
 */
@Injectable()
export class CountedMessages {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  /**
   * Keeps messages, each behind what its person's stream holds by then, once no decision on the person is under way:
   * it would allow one more than the cap. One that an earlier version kept in the
   * stream stays there alone: a late word on it would count it again, with the time of that word. Those of persons
   * erased meanwhile come too late and are dropped.
   */
  async keep(tx: Queryable, messages: readonly CountedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    let sealed: readonly object[];
    try {
      sealed = await this.vault.sealer.seal(messages.map(sealable));
    } catch (error) {
      if (!(error instanceof SubjectErased)) throw error;
      const gone = new Set(error.subjects);
      return this.keep(
        tx,
        messages.filter(({ event }) => !gone.has(event.data.contactId)),
      );
    }
    const rows = messages.map(({ id, tenantId, event: { data } }, nth) => ({
      id,
      tenant_id: tenantId,
      contact_id: data.contactId,
      stream: streamOf(data.contactId),
      hour: new Date(Math.floor(Date.parse(data.at) / HOUR_MS) * HOUR_MS).toISOString(),
      category: data.messageCategory,
      data: sealed[nth],
    }));
    const contactIds = rows.map((row) => row.contact_id);
    await lockCounts(tx, contactIds, 'shared');
    await tx.query(
      `INSERT INTO counted_messages (event_id, tenant_id, contact_id, after_version, hour, category, data)
       SELECT id, tenant_id, contact_id, coalesce(version, 0), hour, category, data
       FROM json_to_recordset($1::json) AS told (id uuid, tenant_id text, contact_id text, stream text,
         hour timestamptz, category text, data json)
       LEFT JOIN streams USING (stream)
       WHERE NOT EXISTS (SELECT FROM events WHERE events.event_id = told.id)
       ON CONFLICT (event_id) DO NOTHING`,
      [JSON.stringify(rows)],
      'keep_counted_messages',
    );
  }

  /** What the cap of a person can look back at, in the order it was heard; of an erased person nothing can be read. */
  async of(
    contactId: string,
    now: Date,
    queryable: Queryable = this.database.queryable,
  ): Promise<readonly BesideStream<Counted>[]> {
    const rows = await queryable.query<Row>(
      `SELECT event_id AS id, tenant_id AS "tenantId", after_version AS "afterVersion", data FROM (
         SELECT *, row_number() OVER (PARTITION BY category ORDER BY hour DESC, position DESC) AS nth
         FROM counted_messages WHERE contact_id = $1 AND hour > $2) AS recent
       WHERE nth <= ${OF_A_CATEGORY} ORDER BY position`,
      [contactId, new Date(now.getTime() - WINDOW_DAYS * DAY_MS)],
      'counted_messages_of',
    );
    if (rows.length === 0) return [];
    const opened = await this.vault.sealer.open(
      rows.map(({ id, tenantId, data }) => ({
        id,
        type: 'OutboundMessageCounted',
        subject: contactId,
        tenantId,
        data,
      })),
    );
    return rows.map(({ afterVersion }, nth) => ({
      afterVersion,
      event: { type: 'OutboundMessageCounted', data: opened[nth] as Counted['data'] },
    }));
  }

  /** Drops what no late word can be about any more. */
  async forget(now: Date): Promise<void> {
    await this.database.queryable.query('DELETE FROM counted_messages WHERE hour < $1', [
      new Date(now.getTime() - KEPT_DAYS * DAY_MS),
    ]);
  }
}

const sealable = ({ id, tenantId, event }: CountedMessage) => ({
  id,
  type: event.type,
  subject: event.data.contactId,
  tenantId,
  data: event.data,
});
