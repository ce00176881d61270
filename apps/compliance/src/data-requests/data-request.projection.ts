import { Injectable } from '@nestjs/common';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

const types = ['DataRequestReceived'] as const;
type Type = (typeof types)[number];

/** Writes the file of each data request, from compliance's own events. */
@Injectable()
export class DataRequestProjection implements Projection<Type> {
  readonly name = 'data-requests';
  readonly version = 1;
  readonly types = types;
  readonly tables = ['data_requests'];

  async handle(tx: Queryable, events: readonly ProjectedEvent<Type>[]): Promise<void> {
    for (const { tenantid, data } of events) {
      const { requestId, right, channel, receivedAt, internalDue, legalDue } = data;
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
