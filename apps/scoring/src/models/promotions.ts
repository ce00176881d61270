import { Injectable } from '@nestjs/common';
import type { PromoteModelRequest } from '@tact/contracts';
import { type CallerIdentity, Clock, EventStore, ProblemError } from '@tact/platform';
import { ModelRegistry } from './model-registry.ts';

/** A decision on a comparison with a model that is not live any more is none. */
export const staleComparison = (live: string): ProblemError =>
  new ProblemError('version-conflict', {
    detail: `The live model is ${live}: compare with it, and decide again.`,
  });

/** The change of the live model and its event, in one transaction: who decided, and why. */
@Injectable()
export class Promotions {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Refuses when another model than the one compared with is live by now. */
  async record(
    { tenantId, actorId: by }: CallerIdentity,
    version: string,
    { reason, comparedWith }: PromoteModelRequest,
  ): Promise<void> {
    const at = this.clock.now();
    const isPromoted = await this.store.transaction(async (tx) => {
      const change = { version, replaces: comparedWith, at };
      if (!(await this.registry.promote(tx, tenantId, change))) return false;
      const data = { tenantId, version, comparedWith, by, reason, at: at.toISOString() };
      await this.store.appendIn(tx, [
        {
          stream: `models-${tenantId}`,
          expected: 'any' as const,
          events: [{ type: 'ModelPromoted', data }],
          context: { tenantId, subject: tenantId },
        },
      ]);
      return true;
    });
    if (!isPromoted) throw staleComparison((await this.registry.live(tenantId)).version);
  }
}
