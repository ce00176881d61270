import { restrictedContactsStore, type ServiceDefinition } from '@tact/platform';
import { assessmentStores } from './assessment/stores.ts';
import { exclusionStores } from './exclusions/stores.ts';
import { factStores } from './facts/stores.ts';
import { incidentStores } from './incidents/stores.ts';
import { modelStores } from './models/stores.ts';
import { rebuildStores } from './rebuild/stores.ts';
import { IncidentTable } from './incidents/incident.table.ts';
import { BlockLikelihoodTable } from './assessment/block-likelihood.table.ts';
import { AssessmentSettings } from './assessment/settings.ts';
import { scoringMigrations } from './migrations.ts';
import { LikelihoodHistoryTable } from './assessment/history/likelihood-history.table.ts';
import { RebuildTable } from './rebuild/rebuild.table.ts';
import { ScoringModule } from './scoring.module.ts';

export const scoringService: ServiceDefinition = {
  name: 'scoring',
  module: ScoringModule,
  migrations: scoringMigrations,
  stores: [
    ...exclusionStores,
    ...factStores,
    ...incidentStores,
    ...assessmentStores,
    ...rebuildStores,
    ...modelStores,
    restrictedContactsStore,
  ],
  entities: [BlockLikelihoodTable, IncidentTable, LikelihoodHistoryTable, RebuildTable],
  configSchema: AssessmentSettings,
};
