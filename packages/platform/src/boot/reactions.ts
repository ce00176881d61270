import type { FactoryProvider, Type } from '@nestjs/common';
import { followingOf, type Reaction } from '../reaction/reaction.ts';
import type { Projection } from '../projection/projection.ts';

/** What the service's modules said follows from its own events; the boot follows them. */
export class Reactions {
  readonly #following = new Map<string, Projection>();

  add(reaction: Reaction): void {
    const following = followingOf(reaction);
    if (this.#following.has(following.name)) {
      throw new Error(`Two reactions are called ${reaction.name}: they would share a checkpoint.`);
    }
    this.#following.set(following.name, following);
  }

  get all(): readonly Projection[] {
    return [...this.#following.values()];
  }
}

/** Offers an injectable reaction to the boot; list the class itself among the providers too. */
export const provideReaction = <
  State extends string,
  EventType extends string,
  Command extends string,
>(
  reaction: Type<Reaction<State, EventType, Command>>,
): FactoryProvider => ({
  provide: Symbol(`reaction ${reaction.name}`),
  inject: [Reactions, reaction],
  useFactory: (reactions: Reactions, instance: Reaction) => {
    reactions.add(instance);
    return instance;
  },
});
