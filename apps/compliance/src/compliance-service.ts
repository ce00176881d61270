import type { ServiceDefinition } from '@tact/platform';
import { ComplianceModule } from './compliance.module.ts';
import { OidcSettings } from './login/oidc-settings.ts';
import { complianceMigrations } from './migrations.ts';
import { DataRequestTable } from './data-requests/data-request.table.ts';

/** What makes this service; the boot does the rest. */
export const complianceService: ServiceDefinition = {
  name: 'compliance',
  module: ComplianceModule,
  migrations: complianceMigrations,
  configSchema: OidcSettings,
  entities: [DataRequestTable],
};
