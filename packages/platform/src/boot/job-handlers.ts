import type { FactoryProvider, Type } from '@nestjs/common';
import type { JobHandler, LeasedJobHandler } from '../jobs/job-kind.ts';
import type { AnyJobHandler } from '../jobs/job-runner.ts';

/** The handlers of jobs that the service's modules offered; the boot runs them once the service can answer. */
export class JobHandlers {
  readonly #handlers: AnyJobHandler[] = [];

  add(handler: AnyJobHandler): void {
    const { name } = handler.kind;
    if (this.#handlers.some(({ kind }) => kind.name === name)) {
      throw new Error(`Two handlers run ${name}: either would take the other's jobs.`);
    }
    this.#handlers.push(handler);
  }

  get all(): readonly AnyJobHandler[] {
    return this.#handlers;
  }
}

/** Offers an injectable handler to the boot; list the class itself among the providers too. */
export const provideJobHandler = <Payload extends object>(
  handler: Type<JobHandler<Payload> | LeasedJobHandler<Payload>>,
): FactoryProvider => ({
  provide: Symbol(`jobs of ${handler.name}`),
  inject: [JobHandlers, handler],
  useFactory: (handlers: JobHandlers, instance: AnyJobHandler) => {
    handlers.add(instance);
    return instance;
  },
});
