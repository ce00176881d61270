import { Injectable } from '@nestjs/common';
import { HOUR_MS, type Purpose } from '@tact/contracts';
import { ADVISORY_CLASS, Clock, type Queryable } from '@tact/platform';

/** What was stopped at an address by whoever reads it. */
export type Stop = {
  readonly tenantId: string;
  /** What stands for the address. */
  readonly ref: string;
  readonly purposes: readonly Purpose[];
};

export type StoppedPurpose = {
  readonly ref: string;
  readonly purpose: Purpose;
  /** When it was stopped, to the hour; never later than now. */
  readonly at: string;
};

/**
 * Addresses that a way out was followed from, by keyed fingerprints: no contact, no text. A stop binds whoever has the
 * address now or later, and survives their erasure: whose it is by then nobody needs to know to heed it.
 */
@Injectable()
export class StoppedAddresses {
  constructor(private readonly clock: Clock) {}

  /**
   * Keeps a stop in the caller's transaction, and says which contacts have the address. Who gets it at the same time is among
   * them, or bound by it. `until` is the end of its `hour`.
   */
  async keep(
    tx: Queryable,
    { tenantId, ref, purposes, until }: Stop & { readonly until: Date },
  ): Promise<readonly string[]> {
    await this.#lock(tx, tenantId, [ref]);
    await tx.query(
      `INSERT INTO stopped_addresses AS known (tenant_id, address_ref, purpose, stopped_at)
       SELECT $1, $2, purpose, $4 FROM unnest($3::text[]) AS stopped (purpose)
       ON CONFLICT (tenant_id, address_ref, purpose) DO UPDATE
         SET stopped_at = excluded.stopped_at WHERE excluded.stopped_at > known.stopped_at`,
      [tenantId, ref, [...purposes], until],
    );
    return this.holdersOf(tx, tenantId, ref);
  }

  /** Which contacts have an address now. */
  async holdersOf(tx: Queryable, tenantId: string, ref: string): Promise<readonly string[]> {
    const holders = await tx.query<{ contactId: string }>(
      `SELECT contact_id AS "contactId" FROM address_cards
       WHERE tenant_id = $1 AND address_ref = $2 ORDER BY contact_id`,
      [tenantId, ref],
    );
    return holders.map(({ contactId }) => contactId);
  }

  /** What was stopped at addresses that contacts have from now on; until the end of `tx` nothing else is stopped there. */
  async of(
    tx: Queryable,
    tenantId: string,
    refs: readonly string[],
  ): Promise<readonly StoppedPurpose[]> {
    if (refs.length === 0) return [];
    await this.#lock(tx, tenantId, refs);
    const rows = await tx.query<{ ref: string; purpose: Purpose; at: Date }>(
      `SELECT address_ref AS ref, purpose, stopped_at AS at FROM stopped_addresses
       WHERE tenant_id = $1 AND address_ref = ANY ($2) ORDER BY address_ref, purpose`,
      [tenantId, [...new Set(refs)]],
    );
    const nowMs = this.clock.nowMs();
    return rows.map(({ at, ...stopped }) => ({
      ...stopped,
      at: new Date(Math.min(at.getTime(), nowMs)).toISOString(),
    }));
  }

  /** The end of the hour in which mails of a purpose were stopped at an address; undefined where they were not. */
  async stoppedAt(
    tx: Queryable,
    { tenantId, ref, purpose }: Omit<Stop, 'purposes'> & { readonly purpose: Purpose },
  ): Promise<Date | undefined> {
    const [row] = await tx.query<{ at: Date }>(
      `SELECT stopped_at AS at FROM stopped_addresses
       WHERE tenant_id = $1 AND address_ref = $2 AND purpose = $3`,
      [tenantId, ref, purpose],
    );
    return row?.at;
  }

  /** The hour alone, or the instant would lead from the list to the person's own withdrawal. Its end: a stop wins. */
  hour(): Date {
    return new Date(Math.ceil(this.clock.nowMs() / HOUR_MS) * HOUR_MS);
  }

  /** In one order, so that nobody waits in a circle. */
  async #lock(tx: Queryable, tenantId: string, refs: readonly string[]): Promise<void> {
    await tx.query(
      `SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext(name)) FROM (
         SELECT name FROM unnest($1::text[]) AS asked (name) ORDER BY hashtext(name)) AS ordered`,
      [[...new Set(refs)].map((ref) => `address ${tenantId} ${ref}`)],
    );
  }
}
