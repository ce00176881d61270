import type { FactoryProvider, Type } from '@nestjs/common';
import { type ReadModel, ReadModels } from '../projection/read-models.ts';

/** Offers an injectable read model that rebuilds itself; list the class itself among the providers too. */
export const provideReadModel = (model: Type<ReadModel>): FactoryProvider => ({
  provide: Symbol(`read model ${model.name}`),
  inject: [ReadModels, model],
  useFactory: (models: ReadModels, instance: ReadModel) => {
    models.add(instance);
    return instance;
  },
});
