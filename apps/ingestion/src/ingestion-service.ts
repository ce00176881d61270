import type { ServiceDefinition } from '@tact/platform';
import { CohortSettings } from './cohort/settings.ts';
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
  configSchema: WhatsAppSettings.and(ConsentGateSettings)
    .and(SignalsSettings)
    .and(LifecycleSettings)
    .and(CohortSettings)
    .and(ContactSettings),
};
