import type { ServiceDefinition } from '@tact/platform';
import { ConsentTable } from './consents/consent.table.ts';
import { outreachMigrations } from './migrations.ts';
import { OutreachModule } from './outreach.module.ts';

/** What makes this service; the boot does the rest. */
export const outreachService: ServiceDefinition = {
  name: 'outreach',
  module: OutreachModule,
  migrations: outreachMigrations,
  entities: [ConsentTable],
};
