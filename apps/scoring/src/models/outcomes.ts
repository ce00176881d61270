import { Injectable } from '@nestjs/common';
import { type OutcomeRecorded, isErased } from '@tact/contracts';
import { Database, EventStore, Vault } from '@tact/platform';
import { type ContactKey, textOfKey } from '../facts/facts.ts';

/** An outcome and the id it always gets: told twice, it is one. */
export type RecordedOutcome = { readonly eventId: string; readonly data: OutcomeRecorded };

type Row = ContactKey & { readonly eventId: string; readonly data: object };

const type = 'OutcomeRecorded';

/** Reported outcomes: an event of the person, and the same sealed data as a row for the fit. */
@Injectable()
export class Outcomes {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** All or nothing. Throws `SubjectErased` with the people whose keys are gone. */
  async record(tenantId: string, outcomes: readonly RecordedOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const sealed = await this.vault.sealer.seal(
      outcomes.map(({ eventId, data }) => ({
        id: eventId,
        type,
        subject: data.contactId,
        tenantId,
        data,
      })),
    );
    const rows = outcomes.map(({ eventId, data: { contactId } }, nth) => ({
      tenant_id: tenantId,
      contact_id: contactId,
      event_id: eventId,
      data: sealed[nth],
    }));
    await this.store.transaction(async (tx) => {
      const kept = await tx.query<{ eventId: string }>(
        `INSERT INTO outcomes
         SELECT * FROM json_to_recordset($1::json)
           AS told (tenant_id text, contact_id text, event_id uuid, data json)
         ON CONFLICT DO NOTHING RETURNING event_id AS "eventId"`,
        [JSON.stringify(rows)],
      );
      const isNew = new Set(kept.map(({ eventId }) => eventId));
      const appends = outcomes
        .filter(({ eventId }) => isNew.has(eventId))
        .map(({ eventId, data }) => ({
          stream: `outcomes-${data.contactId}`,
          expected: 'any' as const,
          events: [{ id: eventId, type, data }],
          context: { tenantId, subject: data.contactId },
        }));
      if (appends.length > 0) await this.store.appendIn(tx, appends);
    });
  }

  /** The outcomes of many contacts, readable ones only, each contact's in the order of their time. */
  async of(keys: readonly ContactKey[]): Promise<ReadonlyMap<string, readonly OutcomeRecorded[]>> {
    const rows = await this.database.queryable.query<Row>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId", event_id AS "eventId", data
       FROM outcomes JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
         USING (tenant_id, contact_id)
       ORDER BY event_id`,
      [keys.map(({ tenantId }) => tenantId), keys.map(({ contactId }) => contactId)],
    );
    const opened = await this.vault.sealer.open(
      rows.map(({ tenantId, contactId, eventId, data }) => ({
        id: eventId,
        type,
        subject: contactId,
        tenantId,
        data,
      })),
    );
    const readable = rows.flatMap(({ tenantId, contactId }, nth) => {
      const outcome = opened[nth] as OutcomeRecorded;
      return isErased(outcome.at) ? [] : [{ key: textOfKey({ tenantId, contactId }), outcome }];
    });
    const byContact = Map.groupBy(readable, ({ key }) => key);
    return new Map(
      [...byContact].map(([key, outcomes]) => [
        key,
        outcomes
          .map(({ outcome }) => outcome)
          .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
      ]),
    );
  }
}
