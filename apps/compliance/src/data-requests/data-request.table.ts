import type { DataRequestState } from '@tact/contracts';
import { EntitySchema } from 'typeorm';

/** The file of one data request, without the person's identifiers: those stay sealed in the event. */
export type DataRequestRow = {
  requestId: string;
  tenantId: string;
  right: string;
  channel: string;
  status: DataRequestState;
  receivedAt: Date;
  internalDue: Date;
  legalDue: Date;
  extendedUntil: Date | null;
};

export const DataRequestTable = new EntitySchema<DataRequestRow>({
  name: 'DataRequest',
  tableName: 'data_requests',
  columns: {
    requestId: { name: 'request_id', type: 'text', primary: true },
    tenantId: { name: 'tenant_id', type: 'text' },
    right: { type: 'text' },
    channel: { type: 'text' },
    status: { type: 'text' },
    receivedAt: { name: 'received_at', type: 'timestamptz' },
    internalDue: { name: 'internal_due', type: 'timestamptz' },
    legalDue: { name: 'legal_due', type: 'timestamptz' },
    extendedUntil: { name: 'extended_until', type: 'timestamptz', nullable: true },
  },
});
