import { Injectable } from '@nestjs/common';
import type { ApproveProposalRequest } from '@tact/contracts';
import {
  type CallerIdentity,
  EventStore,
  ProblemError,
  type ProposalRecord,
  Proposals,
  type Queryable,
  StaffRegister,
} from '@tact/platform';
import { SecondPerson } from './second-person.ts';

type Change = {
  readonly from: readonly ProposalRecord['state'][];
  readonly to: 'approved' | 'declined';
  readonly type: 'ActionApproved' | 'ActionDeclined';
  /** Throws where the caller may not, or it does not wait any more. */
  readonly check: (tx: Queryable, proposal: ProposalRecord) => Promise<void>;
};

const over = (): ProblemError =>
  new ProblemError('version-conflict', { detail: 'It does not wait any more.' });

/** What a second person says to a proposal: one word at a time in a tenant, each with its event. */
@Injectable()
export class DecideProposals {
  constructor(
    private readonly store: EventStore,
    private readonly proposals: Proposals,
    private readonly staff: StaffRegister,
    private readonly second: SecondPerson,
  ) {}

  approve(
    caller: CallerIdentity,
    proposalId: string,
    { contentSha256: seen, approvedBy: name }: ApproveProposalRequest,
  ): Promise<ProposalRecord> {
    return this.#decide(caller, proposalId, {
      from: ['open'],
      to: 'approved',
      type: 'ActionApproved',
      check: (tx, proposal) => {
        this.second.assertMayDecide(caller, proposal);
        if (proposal.state !== 'open') throw over();
        return this.second.assertAgrees(tx, caller, { proposal, seen, name });
      },
    });
  }

  /** Also what was agreed to and is not done; who proposed it takes it back. */
  decline(caller: CallerIdentity, proposalId: string): Promise<ProposalRecord> {
    return this.#decide(caller, proposalId, {
      from: ['open', 'approved'],
      to: 'declined',
      type: 'ActionDeclined',
      check: (_tx, proposal) => {
        const isOwn = proposal.proposedBy === caller.actorId;
        if (!isOwn) this.second.assertMayDecide(caller, proposal);
        return Promise.resolve();
      },
    });
  }

  #decide(
    { tenantId, actorId: by }: CallerIdentity,
    proposalId: string,
    { from, to, type, check }: Change,
  ): Promise<ProposalRecord> {
    const { register } = this.proposals;
    return this.store.transaction(async (tx) => {
      await this.staff.lock(tx, tenantId);
      const proposal = await register.find(tx, { tenantId, proposalId });
      if (proposal === undefined) throw new ProblemError('not-found');
      await check(tx, proposal);
      if (!(await register.move(tx, proposal, { from, to, by }))) throw over();
      await this.proposals.note(tx, type, proposal);
      const decided = await register.find(tx, { tenantId, proposalId });
      if (decided === undefined) throw new Error('A proposal that is locked went away');
      return decided;
    });
  }
}
