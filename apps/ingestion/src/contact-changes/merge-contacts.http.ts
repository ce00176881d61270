import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  Command,
  CommandBus,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import {
  ApproveChangeRequest,
  ContactMerge,
  ContactMergeId,
  ProposeMergeRequest,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  Discloses,
  DisclosesNothing,
  Idempotent,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { MergeContacts } from './merge-contacts.ts';

export class ProposeMerge extends Command<ContactMerge> {
  constructor(
    readonly caller: CallerIdentity,
    readonly request: ProposeMergeRequest,
  ) {
    super();
  }
}

@CommandHandler(ProposeMerge)
export class ProposeMergeHandler implements ICommandHandler<ProposeMerge> {
  constructor(private readonly changes: MergeContacts) {}

  execute({ caller, request }: ProposeMerge): Promise<ContactMerge> {
    return this.changes.propose(caller, request);
  }
}

export class ApproveMerge extends Command<ContactMerge> {
  constructor(
    readonly caller: CallerIdentity,
    readonly mergeId: string,
    readonly approvedBy: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(ApproveMerge)
export class ApproveMergeHandler implements ICommandHandler<ApproveMerge> {
  constructor(private readonly changes: MergeContacts) {}

  execute({ caller, mergeId, approvedBy }: ApproveMerge): Promise<ContactMerge> {
    return this.changes.approve(caller, mergeId, approvedBy);
  }
}

export class ShowMerge extends Query<ContactMerge> {
  constructor(
    readonly tenantId: string,
    readonly mergeId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowMerge)
export class ShowMergeHandler implements IQueryHandler<ShowMerge> {
  constructor(private readonly changes: MergeContacts) {}

  execute({ tenantId, mergeId }: ShowMerge): Promise<ContactMerge> {
    return this.changes.show(tenantId, mergeId);
  }
}

@Controller('v1/contact-merges')
export class MergeContactsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @RequireScope('contacts:merge')
  @Idempotent()
  @Audited('ContactMergeProposed')
  @DisclosesNothing('It answers what the caller has just said.')
  @Describe({
    operationId: 'proposeMerge',
    tag: 'Contacts',
    summary: 'Proposes that two contacts are one person',
    description:
      'Nothing happens before another person approves it, within 72 hours. Both are contacts by themselves, and two of them.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ContactMerge, { description: 'The proposal.' })
  propose(
    @Caller() caller: CallerIdentity,
    @Body({ schema: ProposeMergeRequest }) request: ProposeMergeRequest,
  ): Promise<ContactMerge> {
    return this.commands.execute(new ProposeMerge(caller, request));
  }

  @Post(':mergeId/approvals')
  @HttpCode(200)
  @RequireScope('contacts:merge')
  @Idempotent()
  @Audited('ContactsMerged')
  @Discloses('merge')
  @Describe({
    operationId: 'approveMerge',
    tag: 'Contacts',
    summary: 'Approves a merge, as a second member of staff',
    description:
      'Two keys of one member of staff are one person; in a tenant without staff, another key under another name is all there is to tell two people by. Refusals, withdrawals and counted messages of both hold for the one that stays, consents where both gave them. The other id goes on to answer.',
    refuses: ['not-found', 'version-conflict', 'unprocessable'],
  })
  @Answers(ContactMerge, { description: 'What was done.' })
  approve(
    @Caller() caller: CallerIdentity,
    @Param('mergeId', { schema: ContactMergeId }) mergeId: string,
    @Body({ schema: ApproveChangeRequest }) { approvedBy }: ApproveChangeRequest,
  ): Promise<ContactMerge> {
    return this.commands.execute(new ApproveMerge(caller, mergeId, approvedBy));
  }

  @Get(':mergeId')
  @RequireScope('contacts:merge')
  @Discloses('merge')
  @Describe({
    operationId: 'showMerge',
    tag: 'Contacts',
    summary: 'Shows a merge',
    description: 'Who proposed it and why, and who approved it.',
  })
  @Answers(ContactMerge, { description: 'The proposal, and its approval where there is one.' })
  show(
    @Tenant() tenantId: string,
    @Param('mergeId', { schema: ContactMergeId }) mergeId: string,
  ): Promise<ContactMerge> {
    return this.queries.execute(new ShowMerge(tenantId, mergeId));
  }
}
