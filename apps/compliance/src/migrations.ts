import type { Migration } from '@tact/platform';
import { auditBlankingSchema, auditFormSchema, auditSchema } from './audit/schema.ts';
import { dataRequestsSchema } from './data-requests/schema.ts';

/** Append-only: a migration that was released is never edited. */
export const complianceMigrations: readonly Migration[] = [
  { name: 'DataRequests1764000000000', up: dataRequestsSchema },
  { name: 'AuditChain1796300000000', up: auditSchema },
  { name: 'AuditBlanking1796300000001', up: auditBlankingSchema },
  { name: 'AuditForm1796400000006', up: auditFormSchema },
];
