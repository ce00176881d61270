import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

/** Keeps the latest word on each purpose and channel, from outreach's own ledger. */
@Injectable()
export class ConsentsProjection implements Projection {
  readonly name = 'consents';
  readonly version = 1;

  async handle(tx: Queryable, events: readonly ProjectedEvent[]): Promise<void> {
    for (const { type, tenantid, data, position } of events) {
      if (type !== 'ConsentGiven' && type !== 'ConsentWithdrawn') continue;
      const { contactId, purpose, channel, consentId, at } = data as EventDataOf<'ConsentGiven'>;
      const state = type === 'ConsentGiven' ? 'given' : 'withdrawn';
      await tx.query(
        `INSERT INTO consents AS known
           (tenant_id, contact_id, purpose, channel, consent_id, state, at, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, contact_id, purpose, channel) DO UPDATE
           SET consent_id = excluded.consent_id, state = excluded.state, at = excluded.at,
               position = excluded.position
         WHERE excluded.at > known.at
            OR (excluded.at = known.at AND excluded.state = 'withdrawn')`,
        [tenantid, contactId, purpose, channel, consentId, state, at, position],
      );
    }
  }
}
