import { restrictedContactsStore, type ServiceDefinition, sharedStores } from '@tact/platform';
import { onFileStores } from './addresses/stores.ts';
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
  stores: [
    ...sharedStores,
    ...dataRequestStores,
    ...onFileStores,
    ...auditStores,
    restrictedContactsStore,
  ],
  configSchema: OidcSettings,
  entities: [DataRequestTable],
};
