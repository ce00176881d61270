import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApproveProposalRequest, ProposalId, ProposalView } from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Describe,
  EventStore,
  ProblemError,
  type ProposalRecord,
  Proposals,
  type Queryable,
  RequireOneScope,
  StaffRegister,
} from '@tact/platform';
import { ProposalViews } from './proposal-views.ts';
import { SecondPerson } from './second-person.ts';

const decided = (): ProblemError =>
  new ProblemError('version-conflict', { detail: 'It does not wait any more.' });

/** A second person agrees to what somebody is about to do. */
export class ApproveProposal extends Command<ProposalView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly proposalId: string,
    readonly request: ApproveProposalRequest,
  ) {
    super();
  }
}

/** A second person does not agree, or who proposed it takes it back. */
export class DeclineProposal extends Command<ProposalView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly proposalId: string,
  ) {
    super();
  }
}

type Register = { readonly staff: StaffRegister; readonly proposals: Proposals };

/** Of a tenant at a time: what was agreed to by one is not declined by another at once. */
const lockedProposal = async (
  tx: Queryable,
  { tenantId }: CallerIdentity,
  { staff, proposals, proposalId }: Register & { readonly proposalId: string },
): Promise<ProposalRecord> => {
  await staff.lock(tx, tenantId);
  const proposal = await proposals.register.find(tx, { tenantId, proposalId });
  if (proposal === undefined) throw new ProblemError('not-found');
  return proposal;
};

@CommandHandler(ApproveProposal)
export class ApproveProposalHandler implements ICommandHandler<ApproveProposal> {
  constructor(
    private readonly store: EventStore,
    private readonly proposals: Proposals,
    private readonly staff: StaffRegister,
    private readonly second: SecondPerson,
    private readonly views: ProposalViews,
  ) {}

  async execute({ caller, proposalId, request }: ApproveProposal): Promise<ProposalView> {
    const { proposals, staff } = this;
    const { contentSha256: seen, approvedBy: name } = request;
    const record = await this.store.transaction(async (tx) => {
      const proposal = await lockedProposal(tx, caller, { staff, proposals, proposalId });
      this.second.assertMayDecide(caller, proposal);
      if (proposal.state !== 'open') throw decided();
      await this.second.assertAgrees(tx, caller, { proposal, seen, name });
      const change = { from: ['open'], to: 'approved', by: caller.actorId } as const;
      await proposals.register.move(tx, proposal, change);
      await proposals.note(tx, 'ActionApproved', proposal);
      return proposals.register.find(tx, proposal);
    });
    return this.views.of(record ?? lost(), caller);
  }
}

@CommandHandler(DeclineProposal)
export class DeclineProposalHandler implements ICommandHandler<DeclineProposal> {
  constructor(
    private readonly store: EventStore,
    private readonly proposals: Proposals,
    private readonly staff: StaffRegister,
    private readonly second: SecondPerson,
    private readonly views: ProposalViews,
  ) {}

  async execute({ caller, proposalId }: DeclineProposal): Promise<ProposalView> {
    const { proposals, staff } = this;
    const record = await this.store.transaction(async (tx) => {
      const proposal = await lockedProposal(tx, caller, { staff, proposals, proposalId });
      if (proposal.proposedBy !== caller.actorId) this.second.assertMayDecide(caller, proposal);
      const change = { from: ['open', 'approved'], to: 'declined', by: caller.actorId } as const;
      if (!(await proposals.register.move(tx, proposal, change))) throw decided();
      await proposals.note(tx, 'ActionDeclined', proposal);
      return proposals.register.find(tx, proposal);
    });
    return this.views.of(record ?? lost(), caller);
  }
}

const lost = (): never => {
  throw new Error('A proposal that is locked went away');
};

@Controller('v1/proposals')
export class DecideProposalController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':proposalId/approvals')
  @HttpCode(200)
  @RequireOneScope('staff:read', 'staff:write', 'models:write', 'records:redrive')
  @Describe({
    operationId: 'approveProposal',
    tag: 'Staff',
    summary: 'Agrees, as a second person, to what was proposed',
    description:
      'Within 72 hours, by somebody who was here before it was proposed and saw the same content. Whoever proposed it then does it by the same call as before, once, within 72 hours.',
    refuses: ['version-conflict', 'unprocessable'],
  })
  @Answers(ProposalView, { description: 'The proposal as it is now.' })
  approve(
    @Caller() caller: CallerIdentity,
    @Param('proposalId', { schema: ProposalId }) proposalId: string,
    @Body({ schema: ApproveProposalRequest }) request: ApproveProposalRequest,
  ): Promise<ProposalView> {
    return this.commands.execute(new ApproveProposal(caller, proposalId, request));
  }

  @Post(':proposalId/declines')
  @HttpCode(200)
  @RequireOneScope(
    'staff:read',
    'staff:write',
    'models:write',
    'records:redrive',
    'api-keys:write',
    'data-requests:write',
  )
  @Describe({
    operationId: 'declineProposal',
    tag: 'Staff',
    summary: 'Declines what was proposed, or takes it back',
    description: 'Also what was agreed to and is not done yet. It can be proposed anew.',
    refuses: ['version-conflict'],
  })
  @Answers(ProposalView, { description: 'The proposal as it is now.' })
  decline(
    @Caller() caller: CallerIdentity,
    @Param('proposalId', { schema: ProposalId }) proposalId: string,
  ): Promise<ProposalView> {
    return this.commands.execute(new DeclineProposal(caller, proposalId));
  }
}
