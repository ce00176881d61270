import { Injectable } from '@nestjs/common';
import { Database, EventStore, type Queryable } from '@tact/platform';
import { Announcements, type Cause } from './announcements.ts';
import { ReassessContacts } from './reassess-contacts.ts';
import { CONTACT_CLASS, columnsOf, contactHash, lockProjection } from './locks.ts';
import type { ContactKey } from '../facts/facts.ts';

const CONTACTS_AT_ONCE = 100;
/** While transactions wait for the database, another computes. */
const WORKERS = 3;
/** Among so many, the next are looked for whom nobody else assesses just now. */
const CONTACTS_LOOKED_AT = 400;

/** Comes before everybody. */
const beforeAll: ContactKey = { tenantId: '', contactId: '' };

const precedes = (one: ContactKey, other: ContactKey): boolean =>
  one.tenantId === other.tenantId ? one.contactId < other.contactId : one.tenantId < other.tenantId;

/**
 * Contacts whose facts are kept and whose rows are behind them. While much comes at once (an import, a backlog), a
 * person would be assessed anew for every few facts; here it waits, and is assessed once for all of them.
 */
@Injectable()
export class AssessmentQueue {
  /** When this process last deferred something, in milliseconds of `performance.now()`. */
  deferredAt = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly reassessContacts: ReassessContacts,
    private readonly announcements: Announcements,
  ) {}

  /**
   * Marks contacts in the transaction that keeps their facts. A mark of its own each time: it waits for nobody, and
   * who assesses the contact just now does not see it and leaves it.
   */
  async defer(tx: Queryable, keys: readonly ContactKey[]): Promise<void> {
    this.deferredAt = performance.now();
    await tx.query(
      `INSERT INTO due_assessments (tenant_id, contact_id)
       SELECT * FROM unnest($1::text[], $2::text[])`,
      columnsOf(keys),
      'defer_assessments',
    );
  }

  /** Marks every contact of tenants: something that was known of all of them has changed. */
  async deferTenants(tx: Queryable, tenantIds: readonly string[]): Promise<void> {
    this.deferredAt = performance.now();
    await tx.query(
      `INSERT INTO due_assessments (tenant_id, contact_id)
       SELECT tenant_id, contact_id FROM block_likelihoods WHERE tenant_id = ANY ($1::text[])`,
      [[...new Set(tenantIds)]],
    );
  }

  /**
   * Assesses the queued contacts, in small transactions, each once: a contact queued again behind it, as in the middle
   * of an import, waits for the next sweep. Ends between two transactions once `goesOn` says no; says whether it came to
   * everybody.
   */
  async sweep(signal: AbortSignal, goesOn: () => boolean = () => true): Promise<boolean> {
    // Each worker's transaction wakes all readers of the service, and mostly there is nothing.
    if (await this.#isEmpty()) return true;
    let after = beforeAll;
    let isWhole = true;
    const worker = async (): Promise<void> => {
      for (;;) {
        signal.throwIfAborted();
        if (!goesOn()) {
          isWhole = false;
          return;
        }
        const from = after;
        const assessed = await this.store.transaction((tx) => this.#assess(tx, signal, from));
        const last = assessed.at(-1);
        if (last === undefined) return;
        if (precedes(after, last)) after = last;
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    return isWhole;
  }

  /** Until the queue is empty, for a caller who holds the projection alone, so that nothing is queued meanwhile. */
  async settleIn(tx: Queryable, signal: AbortSignal): Promise<void> {
    while ((await this.#assess(tx, signal)).length === CONTACTS_AT_ONCE);
  }

  /** Assesses contacts and tells of it, in the caller's transaction. */
  async assessNow(
    tx: Queryable,
    keys: readonly ContactKey[],
    options: { causeOf?: (key: ContactKey) => Cause; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    await this.reassessContacts.assess(tx, keys, options.signal);
    await this.announcements.announce(tx, keys, options.causeOf);
  }

  /**
   * Assesses some of the queued contacts that follow `after`, in the caller's transaction, which takes their marks and their locks;
   * names them in their order.
   */
  async #assess(
    tx: Queryable,
    signal: AbortSignal,
    after: ContactKey = beforeAll,
  ): Promise<readonly ContactKey[]> {
    await lockProjection(tx, 'shared');
    // The marks it takes are those it sees; the facts are read later, so that none of them is missed.
    const keys = await tx.query<ContactKey>(
      `WITH free AS MATERIALIZED (
         SELECT tenant_id, contact_id FROM (
           SELECT DISTINCT tenant_id, contact_id FROM due_assessments
           WHERE (tenant_id, contact_id) > ($1, $2)
           ORDER BY tenant_id, contact_id LIMIT ${CONTACTS_LOOKED_AT}) AS due
         WHERE pg_try_advisory_xact_lock(${CONTACT_CLASS}, ${contactHash}) LIMIT ${CONTACTS_AT_ONCE}
       ), taken AS (
         DELETE FROM due_assessments WHERE (tenant_id, contact_id) IN (SELECT * FROM free)
         RETURNING tenant_id, contact_id)
       SELECT DISTINCT tenant_id AS "tenantId", contact_id AS "contactId" FROM taken
       ORDER BY tenant_id, contact_id`,
      [after.tenantId, after.contactId],
      'take_due_assessments',
    );
    if (keys.length > 0) await this.assessNow(tx, keys, { signal });
    return keys;
  }

  async #isEmpty(): Promise<boolean> {
    const marks = await this.database.queryable.query('SELECT FROM due_assessments LIMIT 1');
    return marks.length === 0;
  }

  /** Whether the row of this contact is behind its facts. */
  async isQueued({ tenantId, contactId }: ContactKey): Promise<boolean> {
    const rows = await this.database.queryable.query(
      'SELECT FROM due_assessments WHERE tenant_id = $1 AND contact_id = $2 LIMIT 1',
      [tenantId, contactId],
    );
    return rows.length > 0;
  }
}
