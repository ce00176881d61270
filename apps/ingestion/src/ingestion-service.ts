import type { ServiceDefinition } from '@tact/platform';
import { CohortSettings } from './cohort/settings.ts';
import { cohortStores } from './cohort/stores.ts';
import { consentGateStores } from './consent-gate/stores.ts';
import { contactViewStores } from './contact-views/stores.ts';
import { contactStores } from './contacts/stores.ts';
import { importStores } from './imports/stores.ts';
import { signalStores } from './signals/stores.ts';
import { whatsappStores } from './whatsapp/stores.ts';
import { wishStores } from './wishes/stores.ts';
import { ConsentGateSettings } from './consent-gate/settings.ts';
import { ContactSettings } from './contacts/settings.ts';
import { IngestionModule } from './ingestion.module.ts';
import { ingestionMigrations } from './migrations.ts';
import { SignalsSettings } from './signals/settings.ts';
import { LifecycleSettings } from './whatsapp/lifecycle/settings.ts';
import { WhatsAppSettings } from './whatsapp/settings.ts';

/** What makes this service; the boot does the rest. */
export const ingestionService: ServiceDefinition = {
  name: 'ingestion',
  module: IngestionModule,
  migrations: ingestionMigrations,
  stores: [
    ...consentGateStores,
    ...wishStores,
    ...contactStores,
    ...signalStores,
    ...whatsappStores,
    ...importStores,
    ...cohortStores,
    ...contactViewStores,
  ],
  configSchema: WhatsAppSettings.and(ConsentGateSettings)
    .and(SignalsSettings)
    .and(LifecycleSettings)
    .and(CohortSettings)
    .and(ContactSettings),
};
