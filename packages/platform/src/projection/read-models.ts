import type { ProjectionList, ProjectionRebuild, ProjectionSummary } from '@tact/contracts';
import { ProblemError } from '../http/problem-error.ts';

/** Rows a service answers from. */
export type ReadModel = {
  readonly name: string;
  show(): Promise<ProjectionSummary>;
  /** Starts a rebuild without waiting for its end, or gives the one that runs; a problem where its source is gone. */
  rebuild(): Promise<ProjectionRebuild>;
  find(rebuildId: string): Promise<ProjectionRebuild | undefined>;
};

/** Every read model of the service, what it is made of, and whether it can be built anew. */
export class ReadModels {
  readonly #models = new Map<string, ReadModel>();

  add(model: ReadModel): void {
    if (this.#models.has(model.name)) {
      throw new Error(`Two read models are called ${model.name}: a rebuild would be of either.`);
    }
    this.#models.set(model.name, model);
  }

  async list(): Promise<ProjectionList> {
    const items = await Promise.all([...this.#models.values()].map((model) => model.show()));
    return { items: items.toSorted((one, other) => one.name.localeCompare(other.name)) };
  }

  /** Throws the problem `not-found`. */
  of(name: string): ReadModel {
    const model = this.#models.get(name);
    if (model === undefined) throw new ProblemError('not-found');
    return model;
  }
}
