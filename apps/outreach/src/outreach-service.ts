import { restrictedContactsStore, type ServiceDefinition } from '@tact/platform';
import { addressStores } from './addresses/stores.ts';
import { confirmationStores } from './confirmations/stores.ts';
import { consentStores } from './consents/stores.ts';
import { ledgerStores } from './ledger/stores.ts';
import { ConsentTable } from './consents/consent.table.ts';
import { outreachMigrations } from './migrations.ts';
import { OutreachModule } from './outreach.module.ts';

/** What makes this service; the boot does the rest. */
export const outreachService: ServiceDefinition = {
  name: 'outreach',
  module: OutreachModule,
  migrations: outreachMigrations,
  stores: [
    ...addressStores,
    ...confirmationStores,
    ...consentStores,
    ...ledgerStores,
    restrictedContactsStore,
  ],
  entities: [ConsentTable],
};
