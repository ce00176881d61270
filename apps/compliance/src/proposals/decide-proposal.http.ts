import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApproveProposalRequest, ProposalId, ProposalView } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  DisclosesList,
  RequireOneScope,
} from '@tact/platform';
import { DecideProposals } from './decide-proposals.ts';
import { ProposalViews } from './proposal-views.ts';

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

@CommandHandler(ApproveProposal)
export class ApproveProposalHandler implements ICommandHandler<ApproveProposal> {
  constructor(
    private readonly decisions: DecideProposals,
    private readonly views: ProposalViews,
  ) {}

  async execute({ caller, proposalId, request }: ApproveProposal): Promise<ProposalView> {
    const decided = await this.decisions.approve(caller, proposalId, request);
    return this.views.of(decided, caller);
  }
}

@CommandHandler(DeclineProposal)
export class DeclineProposalHandler implements ICommandHandler<DeclineProposal> {
  constructor(
    private readonly decisions: DecideProposals,
    private readonly views: ProposalViews,
  ) {}

  async execute({ caller, proposalId }: DeclineProposal): Promise<ProposalView> {
    return this.views.of(await this.decisions.decline(caller, proposalId), caller);
  }
}

@Controller('v1/proposals')
export class DecideProposalController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':proposalId/approvals')
  @HttpCode(200)
  @RequireOneScope('staff:read', 'staff:write', 'models:write', 'records:redrive')
  @Audited('ActionApproved')
  @DisclosesList('proposals')
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
  @Audited('ActionDeclined')
  @DisclosesList('proposals')
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
