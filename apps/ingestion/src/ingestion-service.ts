import type { ServiceDefinition } from '@tact/platform';
import { IngestionConfig } from './config.ts';
import { IngestionModule } from './ingestion.module.ts';
import { ingestionMigrations } from './migrations.ts';

/** What makes this service; the boot does the rest. */
export const ingestionService: ServiceDefinition = {
  name: 'ingestion',
  module: IngestionModule,
  migrations: ingestionMigrations,
  configSchema: IngestionConfig,
};
