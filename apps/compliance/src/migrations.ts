import { type Migration, restrictedContactsSchema } from '@tact/platform';
import { addressesOnFileSchema } from './addresses/schema.ts';
import { auditBlankingSchema, auditFormSchema, auditSchema } from './audit/schema.ts';
import {
  codeAddressesSchema,
  dataRequestCodesSchema,
  dataRequestsSchema,
  dataRequestStatesSchema,
} from './data-requests/schema.ts';

/** Append-only: a migration that was released is never edited. */
export const complianceMigrations: readonly Migration[] = [
  { name: 'DataRequests1764000000000', up: dataRequestsSchema },
  { name: 'AuditChain1796300000000', up: auditSchema },
  { name: 'AuditBlanking1796300000001', up: auditBlankingSchema },
  { name: 'AuditForm1796400000006', up: auditFormSchema },
  { name: 'DataRequestStates1796400000050', up: dataRequestStatesSchema },
  { name: 'DataRequestCodes1796400000051', up: dataRequestCodesSchema },
  { name: 'AddressesOnFile1796400000052', up: addressesOnFileSchema },
  { name: 'Restrictions1796400000053', up: restrictedContactsSchema },
  { name: 'CodeAddresses1796400000056', up: codeAddressesSchema },
];
