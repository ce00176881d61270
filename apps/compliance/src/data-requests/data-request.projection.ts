import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

/** Writes the file of each data request, from compliance's own events. */
@Injectable()
export class DataRequestProjection implements Projection {
  readonly name = 'data-requests';
  readonly version = 1;

  async handle(tx: Queryable, events: readonly ProjectedEvent[]): Promise<void> {
    for (const { type, tenantid, data } of events) {
      if (type !== 'DataRequestReceived') continue;
      const { requestId, right, channel, receivedAt, internalDue, legalDue } =
        data as EventDataOf<'DataRequestReceived'>;
      await tx.query(
        `INSERT INTO data_requests
           (request_id, tenant_id, "right", channel, status, received_at, internal_due, legal_due)
         VALUES ($1, $2, $3, $4, 'received', $5, $6, $7)
         ON CONFLICT (request_id) DO NOTHING`,
        [requestId, tenantid, right, channel, receivedAt, internalDue, legalDue],
      );
    }
  }
}
