import { provideConsumer } from '@tact/platform';
import { FitModelHandler, FitModelsController } from './fit-models.http.ts';
import { FitWork } from './fit-work.ts';
import { Fits } from './fits.ts';
import { Evaluation } from './evaluation.ts';
import { TrainingExclusionsConsumer } from '../exclusions/training-exclusions.consumer.ts';
import { CountedContacts, TrainingExclusions } from '../exclusions/training-exclusions.ts';
import { CountedRows } from '../assessment/aggregates/cells.ts';
import { ModelRegistry } from './model-registry.ts';
import { OutcomeOwners } from './outcome-owners.ts';
import { Outcomes } from './outcomes.ts';
import { TrainingSet } from './training-set.ts';
import { PromoteModelController, PromoteModelHandler } from './promote-model.http.ts';
import { Promotions } from './promotions.ts';
import { Reassessments } from '../rebuild/reassessments.ts';
import { Rebuilds } from '../rebuild/rebuilds.ts';
import { RecordOutcomesController, RecordOutcomesHandler } from './record-outcomes.http.ts';
import { ListModelsHandler, ShowModelHandler, ShowModelsController } from './show-models.http.ts';

/** What was told afterwards, and the models that are fitted to it: parts of the service's module. */
export const learningParts = {
  controllers: [
    FitModelsController,
    PromoteModelController,
    RecordOutcomesController,
    ShowModelsController,
  ],
  providers: [
    { provide: CountedContacts, useClass: CountedRows },
    TrainingExclusions,
    TrainingExclusionsConsumer,
    provideConsumer(TrainingExclusionsConsumer),
    Outcomes,
    OutcomeOwners,
    RecordOutcomesHandler,
    TrainingSet,
    Evaluation,
    ModelRegistry,
    FitWork,
    Fits,
    FitModelHandler,
    ListModelsHandler,
    ShowModelHandler,
    { provide: Reassessments, useExisting: Rebuilds },
    Promotions,
    PromoteModelHandler,
  ],
};
