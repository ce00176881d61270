import { Injectable } from '@nestjs/common';
import { type Claim, type RequestState, waitsFor } from '@tact/domain';
import { ADVISORY_CLASS, Clock, Jobs, type Queryable, Vault } from '@tact/platform';
import { beginRequest } from './request-jobs.ts';

type Of = { readonly tenantId: string; readonly state: RequestState };

/**
 * Whose turn it is among the requests of one person. A request has a place from when it is known whom it is about until
 * it is closed; who takes, asks for or gives up a place holds the lock of each contact, in one order.
 */
@Injectable()
export class Claims {
  constructor(
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** The place of a request, and when it was proven who asks. */
  async note(tx: Queryable, { tenantId, state }: Of, verifiedAt: Date | null): Promise<void> {
    const { requestId, right, receivedAt } = state;
    const contactIds = await this.#locked(tx, { tenantId, state });
    await tx.query(
      `INSERT INTO data_request_claims AS known
         (tenant_id, contact_id, request_id, "right", received_at, verified_at)
       SELECT $1, contact_id, $3, $4, $5, $6 FROM unnest($2::text[]) AS contact_id
       ON CONFLICT (tenant_id, contact_id, request_id) DO UPDATE
         SET verified_at = coalesce(known.verified_at, excluded.verified_at)`,
      [tenantId, contactIds, requestId, right, receivedAt, verifiedAt],
      'note_data_request_claim',
    );
  }

  /** Every id of whom a request is about, as its look-up left them; none once it is closed. */
  async contactsOf(queryable: Queryable, requestId: string): Promise<readonly string[]> {
    const rows = await queryable.query<{ contactId: string }>(
      'SELECT contact_id AS "contactId" FROM data_request_claims WHERE request_id = $1',
      [requestId],
      'contacts_of_data_request',
    );
    return rows.map(({ contactId }) => contactId);
  }

  /** Takes the turn, or says why not; whoever waits for an instant is asked again then. */
  async take(tx: Queryable, { tenantId, state }: Of): Promise<true | Date | undefined> {
    const { requestId, right, receivedAt } = state;
    const contactIds = await this.#locked(tx, { tenantId, state });
    const rows = await tx.query<Claim>(
      `SELECT request_id AS "requestId", "right", received_at AS "receivedAt",
              verified_at AS "verifiedAt", is_held AS "isHeld"
         FROM data_request_claims WHERE tenant_id = $1 AND contact_id = ANY ($2::text[])`,
      [tenantId, contactIds],
      'data_request_claims_of',
    );
    const own = rows.find((row) => row.requestId === requestId);
    const others = rows.filter((row) => row.requestId !== requestId);
    const now = this.clock.now();
    const verifiedAt = own?.verifiedAt ?? now;
    const asking = { requestId, right, receivedAt, verifiedAt, isHeld: false };
    const why = waitsFor(asking, others, now);
    if (why !== undefined) return why;
    await tx.query('UPDATE data_request_claims SET is_held = true WHERE request_id = $1', [
      requestId,
    ]);
    return undefined;
  }

  /** Gives the place up; whoever has one beside it may begin. */
  async release(tx: Queryable, { tenantId, state }: Of): Promise<void> {
    const { requestId } = state;
    const contactIds = await this.#locked(tx, { tenantId, state });
    await tx.query('DELETE FROM data_request_claims WHERE request_id = $1', [requestId]);
    const waiting = await tx.query<{ requestId: string }>(
      `SELECT DISTINCT request_id AS "requestId" FROM data_request_claims
        WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) AND verified_at IS NOT NULL AND NOT is_held`,
      [tenantId, contactIds],
    );
    const next = waiting.map((one) => ({ payload: { tenantId, requestId: one.requestId } }));
    await this.jobs.schedule(tx, beginRequest, ...next);
  }

  /** Every id of the people, locked by the one that each is known by today. */
  async #locked(tx: Queryable, { tenantId, state }: Of): Promise<readonly string[]> {
    const { contactIds = [] } = state;
    const people = new Map<string, readonly string[]>();
    for (const contactId of contactIds) {
      const ids = await this.vault.idsOf(tenantId, contactId, tx);
      people.set(ids[0], ids);
    }
    for (const id of [...people.keys()].toSorted()) {
      await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
        `data-request-claim ${tenantId} ${id}`,
      ]);
    }
    return [...people.values()].flat();
  }
}
