import type { FactoryProvider, Type } from '@nestjs/common';
import type { Projection } from '../projection/projection.ts';

/** The read models of the service's own events that its modules offered; the boot keeps them up to date. */
export class Projections {
  readonly #projections: Projection[] = [];

  add(projection: Projection): void {
    if (this.#projections.some(({ name }) => name === projection.name)) {
      throw new Error(
        `Two projections are called ${projection.name}: they would share a checkpoint.`,
      );
    }
    this.#projections.push(projection);
  }

  get all(): readonly Projection[] {
    return this.#projections;
  }
}

/** Offers an injectable projection to the boot; list the class itself among the providers too. */
export const provideProjection = (projection: Type<Projection>): FactoryProvider => ({
  provide: Symbol(`projection ${projection.name}`),
  inject: [Projections, projection],
  useFactory: (projections: Projections, instance: Projection) => {
    projections.add(instance);
    return instance;
  },
});
