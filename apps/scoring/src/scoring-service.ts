import type { ServiceDefinition } from '@tact/platform';
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
  entities: [BlockLikelihoodTable, IncidentTable, LikelihoodHistoryTable, RebuildTable],
  configSchema: AssessmentSettings,
};
