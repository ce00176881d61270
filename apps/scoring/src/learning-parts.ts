import { provideConsumer } from '@tact/platform';
import { FitModelHandler, FitModelsController } from './fit-models/fit-models.http.ts';
import { FitWork } from './fit-models/fit-work.ts';
import { Fits } from './fit-models/fits.ts';
import { Judgements } from './judgements.ts';
import { LeftOutConsumer } from './left-out.consumer.ts';
import { LeftOut } from './left-out.ts';
import { ModelRegistry } from './model-registry.ts';
import { Outcomes } from './outcomes.ts';
import { People } from './people.ts';
import { PromoteModelController, PromoteModelHandler } from './promote-model/promote-model.http.ts';
import { Promotions } from './promote-model/promotions.ts';
import { Reassessments } from './reassessments.ts';
import { Rebuilds } from './rebuild-projections/rebuilds.ts';
import {
  RecordOutcomesController,
  RecordOutcomesHandler,
} from './record-outcomes/record-outcomes.http.ts';
import {
  ListModelsHandler,
  ShowModelHandler,
  ShowModelsController,
} from './show-models/show-models.http.ts';

/** What was told afterwards, and the models that are fitted to it: parts of the service's module. */
export const learningParts = {
  controllers: [
    FitModelsController,
    PromoteModelController,
    RecordOutcomesController,
    ShowModelsController,
  ],
  providers: [
    LeftOut,
    LeftOutConsumer,
    provideConsumer(LeftOutConsumer),
    Outcomes,
    RecordOutcomesHandler,
    People,
    Judgements,
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
