import { type ServiceDefinition, sharedStores } from '@tact/platform';
import { auditStores } from './audit/stores.ts';
import { ComplianceModule } from './compliance.module.ts';
import { OidcSettings } from './login/oidc-settings.ts';
import { complianceMigrations } from './migrations.ts';
import { dataRequestStores } from './data-requests/stores.ts';
import { DataRequestTable } from './data-requests/data-request.table.ts';

/** What makes this service; the boot does the rest. */
export const complianceService: ServiceDefinition = {
  name: 'compliance',
  module: ComplianceModule,
  migrations: complianceMigrations,
  stores: [...sharedStores, ...dataRequestStores, ...auditStores],
  configSchema: OidcSettings,
  entities: [DataRequestTable],
};
