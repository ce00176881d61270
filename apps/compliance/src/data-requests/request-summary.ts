import type { DataRequestRow } from './data-request.table.ts';

/** A row as lists and files show it. */
export const summaryOf = (row: DataRequestRow) => ({
  requestId: row.requestId,
  right: row.right,
  channel: row.channel,
  state: row.status,
  receivedAt: row.receivedAt.toISOString(),
  internalDue: row.internalDue.toISOString(),
  legalDue: row.legalDue.toISOString(),
  ...(row.extendedUntil === null ? {} : { extendedUntil: row.extendedUntil.toISOString() }),
});
