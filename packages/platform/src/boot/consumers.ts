import type { FactoryProvider, Type } from '@nestjs/common';
import type { Consumer } from '../consumer/consumer.ts';

/** The consumers the service's modules offered; the boot starts them once the service can answer. */
export class Consumers {
  readonly #consumers: Consumer[] = [];

  add(consumer: Consumer): void {
    if (this.#consumers.some(({ group }) => group === consumer.group)) {
      throw new Error(`Two consumers share the group ${consumer.group}: each would miss records.`);
    }
    this.#consumers.push(consumer);
  }

  get all(): readonly Consumer[] {
    return this.#consumers;
  }
}

/** Offers an injectable consumer to the boot; list the class itself among the providers too. */
export const provideConsumer = (consumer: Type<Consumer>): FactoryProvider => ({
  provide: Symbol(`consumer ${consumer.name}`),
  inject: [Consumers, consumer],
  useFactory: (consumers: Consumers, instance: Consumer) => {
    consumers.add(instance);
    return instance;
  },
});
