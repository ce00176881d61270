import { Injectable } from '@nestjs/common';
import type { PromoteModelRequest } from '@tact/contracts';
import { type CallerIdentity, Clock, EventStore, ProblemError, Proposals } from '@tact/platform';
import { ModelRegistry } from './model-registry.ts';

/** A decision on a comparison with a model that is not live any more is none. */
export const staleComparison = (live: string): ProblemError =>
  new ProblemError('version-conflict', {
    detail: `The live model is ${live}: compare with it, and decide again.`,
  });

type Licence = NonNullable<Awaited<ReturnType<Proposals['licence']>>>;
type Decided = {
  readonly request: PromoteModelRequest;
  readonly licence: Licence | undefined;
};

/** The change of the live model and its event, in one transaction: who decided, and why. */
@Injectable()
export class Promotions {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly proposals: Proposals,
  ) {}

  /** That a second person agreed, where it takes one. Throws the problem of one that is missing. */
  licence(
    caller: CallerIdentity,
    version: string,
    { reason, comparedWith, proposedBy }: PromoteModelRequest,
  ): Promise<Licence | undefined> {
    const content = { version, comparedWith, reason };
    return this.proposals.licence(caller, {
      kind: 'model-promotion',
      about: version,
      content,
      proposedBy,
    });
  }

  /** Refuses when another model than the one compared with is live by now. */
  async record(
    { tenantId, actorId: by }: CallerIdentity,
    version: string,
    { request: { reason, comparedWith }, licence }: Decided,
  ): Promise<void> {
    const at = this.clock.now();
    const isPromoted = await this.store.transaction(async (tx) => {
      const change = { version, replaces: comparedWith, at };
      if (!(await this.registry.promote(tx, tenantId, change))) return false;
      await this.proposals.spend(tx, licence);
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
