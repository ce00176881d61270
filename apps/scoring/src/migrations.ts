import { type Migration, restrictedContactsSchema } from '@tact/platform';
import { aggregatesSchema, cellsSchema } from './assessment/aggregates/schema.ts';
import { historySchema } from './assessment/history/schema.ts';
import {
  announcedSchema,
  blockLikelihoodsSchema,
  deflatedAssessmentsSchema,
  oneListIndexSchema,
  queueMarksSchema,
  queueSchema,
} from './assessment/schema.ts';
import { exclusionsSchema, objectionsByHour, objectorsForgotten } from './exclusions/schema.ts';
import {
  factsByEventSchema,
  factsInBytesSchema,
  factsSchema,
  factsTimelineSchema,
  signalsSchema,
} from './facts/schema.ts';
import { incidentsSchema } from './incidents/schema.ts';
import { modelsSchema, outcomesSchema } from './models/schema.ts';
import { rebuildsSchema } from './rebuild/schema.ts';

/** Append-only: a migration that was released is never edited. */
export const scoringMigrations: readonly Migration[] = [
  {
    name: 'SignalsAndBlockLikelihoods1764000000000',
    up: signalsSchema + blockLikelihoodsSchema + announcedSchema + rebuildsSchema,
  },
  { name: 'SealedFacts1764100000000', up: factsSchema },
  { name: 'Incidents1764100040000', up: incidentsSchema },
  { name: 'DueAssessments1764150000000', up: queueSchema },
  { name: 'OutcomesAndModels1764300000000', up: outcomesSchema + exclusionsSchema + modelsSchema },
  { name: 'LikelihoodHistory1764350000000', up: historySchema + aggregatesSchema },
  { name: 'DueMarks1764400000000', up: queueMarksSchema },
  { name: 'TimelineByReceipt1764425000000', up: factsTimelineSchema },
  { name: 'LikelihoodCells1764425000001', up: cellsSchema },
  { name: 'ObjectorsForgotten1764449400000', up: objectorsForgotten },
  { name: 'ObjectionsByHour1764453700000', up: objectionsByHour },
  { name: 'DeflatedAssessments1764457200000', up: deflatedAssessmentsSchema },
  { name: 'FactsInBytes1764457200001', up: factsInBytesSchema },
  { name: 'OneListIndex1764457200005', up: oneListIndexSchema },
  { name: 'FactsByEvent1796400000030', up: factsByEventSchema },
  { name: 'Restrictions1796400000055', up: restrictedContactsSchema },
];
