import { type Migration, restrictedContactsSchema } from '@tact/platform';
import {
  addressCardsSchema,
  addressRefsSchema,
  spokenLanguagesSchema,
  stoppedAddressesSchema,
} from './addresses/schema.ts';
import {
  askedAddressesSchema,
  confirmationsByAgeSchema,
  confirmationsSchema,
} from './confirmations/schema.ts';
import {
  consentReceiptsSchema,
  consentsSchema,
  liftsByChannelSchema,
  suppressionsDropped,
  suppressionsSchema,
} from './consents/schema.ts';
import {
  countedMessagesSchema,
  countsByContactSchema,
  countsInBytesSchema,
  hoursAloneSchema,
} from './ledger/schema.ts';

/** Append-only: a migration that was released is never edited. */
export const outreachMigrations: readonly Migration[] = [
  { name: 'Consents1764000000000', up: consentsSchema },
  { name: 'Suppressions1764100020000', up: suppressionsSchema },
  { name: 'CountedMessages1764425100000', up: countedMessagesSchema },
  { name: 'LiftsByChannel1764443000000', up: liftsByChannelSchema },
  { name: 'HoursAlone1764448100000', up: hoursAloneSchema },
  { name: 'SuppressionsDropped1764453700000', up: suppressionsDropped },
  { name: 'CountsInBytes1764457200002', up: countsInBytesSchema },
  { name: 'CountsByContact1796000000002', up: countsByContactSchema },
  { name: 'AddressCards1796500000002', up: addressCardsSchema },
  { name: 'Confirmations1796500000003', up: confirmationsSchema },
  { name: 'AddressRefs1796500000004', up: addressRefsSchema },
  { name: 'AskedAddresses1796500000005', up: askedAddressesSchema },
  { name: 'SpokenLanguages1796500000011', up: spokenLanguagesSchema },
  { name: 'ConsentReceipts1796500000012', up: consentReceiptsSchema },
  { name: 'ConfirmationsByAge1796500000014', up: confirmationsByAgeSchema },
  { name: 'Restrictions1796400000054', up: restrictedContactsSchema },
  { name: 'StoppedAddresses1796500000110', up: stoppedAddressesSchema },
];
