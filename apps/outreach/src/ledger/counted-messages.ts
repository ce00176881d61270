import { Injectable } from '@nestjs/common';
import type { ContactPolicyEvent } from '@tact/domain';
import {
  ADVISORY_CLASS,
  type BesideStream,
  Database,
  fromStoredBytes,
  type Queryable,
  SubjectErased,
  toStoredBytes,
  Vault,
} from '@tact/platform';
import { HOUR_MS, DAY_MS } from '@tact/contracts';

const countedType = 'OutboundMessageCounted';
type Counted = Extract<ContactPolicyEvent, { type: typeof countedType }>;

/** A message of ours that was seen leaving; its id follows from the message, so it is kept once. */
export type CountedMessage = {
  readonly id: string;
  readonly tenantId: string;
  readonly event: Counted;
  /** It was no message: it does not count, whatever is told of it before or behind. */
  readonly isNone?: true;
};

type Row = {
  readonly id: string;
  readonly tenantId: string;
  readonly afterVersion: number;
  readonly isHourAlone: boolean;
  readonly data: Buffer;
};

/** Where one person's consents and decisions are, in one order. */
export const streamOf = (contactId: string): string => `contact-${contactId}`;

/** Names these locks among all advisory locks of the database; scoring has `+ 1`. */
const COUNT_CLASS = ADVISORY_CLASS + 2;
const OWNER_CLASS = ADVISORY_CLASS + 3;

type LockMode = 'shared' | 'alone';

/** Until the transaction ends, and in an order that cannot deadlock. */
const lockAll =
  (lockClass: number, name: string) =>
  async (tx: Queryable, contactIds: readonly string[], mode: LockMode): Promise<void> => {
    const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
    await tx.query(
      `SELECT ${lock}(${lockClass}, hash) FROM (
         SELECT DISTINCT hashtext(id) AS hash FROM unnest($1::text[]) AS asked (id) ORDER BY hash) AS hashes`,
      [contactIds],
      `lock_${name}_${mode}`,
    );
  };

/** Who decides on persons holds their counts alone, who counts for them shares these. */
export const lockCounts = lockAll(COUNT_CLASS, 'counts');

/**
 * Whose ledger it is: who brings facts shares it, who takes a ledger over holds it alone. Taken before counts, and by no
 * decision, for which no fact waits.
 */
export const lockOwners = lockAll(OWNER_CLASS, 'owners');

/** A day more than the cap looks back. */
const WINDOW_DAYS = 4;
/** The last word of a message, that it was read, can come so late; until then it must be known as counted. */
const KEPT_DAYS = 60;
/** A message to somebody who is not analysed is known for as long as the cap can need it, and no longer. */
const HOUR_ALONE_KEPT_MS = 2 * DAY_MS;
/** As many of one category as the cap can ask for; a flood of messages a person needs hides none of the others. */
const OF_A_CATEGORY = 100;

// Both look-ups are asked row by row: of joins the planner expects a hundred rows, and reads both tables whole for one.
const columns = `tenant_id, contact_id,
  coalesce((SELECT version FROM streams WHERE streams.stream = told.stream), 0), hour, is_hour_alone, is_none, category, data`;
const insertInto = `INSERT INTO counted_messages
  (event_id, tenant_id, contact_id, after_version, hour, is_hour_alone, is_none, category, data)`;
const fromGiven = `FROM json_to_recordset($1::json) AS told (id uuid, tenant_id text, contact_id text, stream text,
    hour timestamptz, is_hour_alone boolean, is_none boolean, category text, data bytea)`;
const keepCounts = `${insertInto} SELECT id, ${columns} ${fromGiven}
  WHERE (SELECT event_id FROM events WHERE events.event_id = told.id) IS NULL ON CONFLICT (event_id) DO NOTHING`;
const keepNones = `${insertInto} SELECT DISTINCT ON (id) id, ${columns} ${fromGiven}
  ORDER BY id ON CONFLICT (event_id) DO UPDATE SET is_none = true`;

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
   * erased meanwhile come too late and are dropped, and so do those known by the hour that the cap needs no more.
   */
  async keep(tx: Queryable, given: readonly CountedMessage[], now: Date): Promise<void> {
    const messages = given.filter((message) => isNeeded(message, now));
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
        now,
      );
    }
    const rows = messages.map(({ id, tenantId, event: { data }, isNone = false }, nth) => ({
      id,
      tenant_id: tenantId,
      contact_id: data.contactId,
      stream: streamOf(data.contactId),
      hour: new Date(Math.floor(Date.parse(data.at) / HOUR_MS) * HOUR_MS).toISOString(),
      is_hour_alone: data.precision === 'hour',
      is_none: isNone,
      category: data.messageCategory,
      data: hexOf(toStoredBytes(countedType, data.contactId, sealed[nth] ?? {})),
    }));
    const contactIds = rows.map((row) => row.contact_id);
    await lockCounts(tx, contactIds, 'shared');
    const [nones, counts] = [rows.filter((row) => row.is_none), rows.filter((row) => !row.is_none)];
    if (counts.length > 0) await tx.query(keepCounts, [JSON.stringify(counts)], 'keep_counts');
    if (nones.length > 0) await tx.query(keepNones, [JSON.stringify(nones)], 'keep_nones');
  }

  /** What the cap of a person can look back at, in the order it was heard; of an erased person nothing can be read. */
  async of(
    contactId: string,
    now: Date,
    queryable: Queryable = this.database.queryable,
  ): Promise<readonly BesideStream<Counted>[]> {
    const rows = await queryable.query<Row>(
      `SELECT event_id AS id, tenant_id AS "tenantId", after_version AS "afterVersion",
         is_hour_alone AS "isHourAlone", data FROM (
         SELECT *, row_number() OVER (PARTITION BY category ORDER BY hour DESC, position DESC) AS nth
         FROM counted_messages WHERE contact_id = $1 AND hour > $2 AND NOT is_none) AS recent
       WHERE nth <= ${OF_A_CATEGORY} ORDER BY position`,
      [contactId, new Date(now.getTime() - WINDOW_DAYS * DAY_MS)],
      'counted_messages_of',
    );
    if (rows.length === 0) return [];
    const opened = await this.vault.sealer.open(
      rows.map(({ id, tenantId, data }) => ({
        id,
        type: countedType,
        subject: contactId,
        tenantId,
        data: fromStoredBytes(data, contactId),
      })),
    );
    return rows.map(({ afterVersion, isHourAlone }, nth) => ({
      // Behind the whole stream: what is behind it is in no snapshot, which would keep it for longer.
      afterVersion: isHourAlone ? Number.MAX_SAFE_INTEGER : afterVersion,
      event: { type: countedType, data: opened[nth] as Counted['data'] },
    }));
  }

  /** Drops what no late word can be about any more, and what is known by the hour alone once the cap is past it. */
  async forget(now: Date): Promise<void> {
    await this.database.queryable.query(
      'DELETE FROM counted_messages WHERE hour < $1 OR (is_hour_alone AND hour <= $2)',
      [new Date(now.getTime() - KEPT_DAYS * DAY_MS), new Date(now.getTime() - HOUR_ALONE_KEPT_MS)],
    );
  }
}

/** Bytes as JSON hands them to PostgreSQL. */
const hexOf = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

const isNeeded = ({ event: { data } }: CountedMessage, now: Date): boolean =>
  data.precision === undefined || Date.parse(data.at) > now.getTime() - HOUR_ALONE_KEPT_MS;

const sealable = ({ id, tenantId, event }: CountedMessage) => ({
  id,
  type: event.type,
  subject: event.data.contactId,
  tenantId,
  data: event.data,
});
