import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ProposalId, ProposalPage, ProposalView } from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  pageQuery,
  ProblemError,
  Proposals,
  readCursor,
  RequireOneScope,
} from '@tact/platform';
import { z } from 'zod';
import { ProposalViews } from './proposal-views.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), ProposalId]);

export class ListProposals extends Query<ProposalPage> {
  constructor(
    readonly caller: CallerIdentity,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListProposals)
export class ListProposalsHandler implements IQueryHandler<ListProposals> {
  constructor(
    private readonly proposals: Proposals,
    private readonly views: ProposalViews,
    private readonly database: Database,
  ) {}

  async execute({ caller, query: { limit, cursor } }: ListProposals): Promise<ProposalPage> {
    const [proposedAt, proposalId] = cursor === undefined ? [] : readCursor(cursor, Place);
    const before =
      proposedAt === undefined || proposalId === undefined
        ? {}
        : { before: { proposedAt: new Date(proposedAt), proposalId } };
    const { queryable } = this.database;
    const page = { limit: limit + 1, ...before };
    const found = await this.proposals.register.list(queryable, caller.tenantId, page);
    const { shown, next } = pageOf(found, limit, (last) => [
      last.proposedAt.toISOString(),
      last.proposalId,
    ]);
    const items = await Promise.all(shown.map((record) => this.views.of(record, caller)));
    return { items, ...next };
  }
}

export class ShowProposal extends Query<ProposalView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly proposalId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowProposal)
export class ShowProposalHandler implements IQueryHandler<ShowProposal> {
  constructor(
    private readonly proposals: Proposals,
    private readonly views: ProposalViews,
    private readonly database: Database,
  ) {}

  async execute({ caller, proposalId }: ShowProposal): Promise<ProposalView> {
    const { tenantId } = caller;
    const { queryable } = this.database;
    const record = await this.proposals.register.find(queryable, { tenantId, proposalId });
    if (record === undefined) throw new ProblemError('not-found');
    return this.views.of(record, caller);
  }
}

@Controller('v1/proposals')
export class ShowProposalsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireOneScope('staff:read', 'staff:write', 'models:write', 'records:redrive')
  @DisclosesList('proposals')
  @Describe({
    operationId: 'listProposals',
    tag: 'Staff',
    summary: 'Lists what was proposed to a second person',
    description:
      'Latest first, of ninety days: promotions of models, keys with administrative scopes, redrives of more than a hundred records, erasures of former staff.',
  })
  @Answers(ProposalPage, { description: 'A page of proposals.' })
  list(
    @Caller() caller: CallerIdentity,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<ProposalPage> {
    return this.queries.execute(new ListProposals(caller, query));
  }

  @Get(':proposalId')
  @RequireOneScope('staff:read', 'staff:write', 'models:write', 'records:redrive')
  @DisclosesList('proposals')
  @Describe({
    operationId: 'showProposal',
    tag: 'Staff',
    summary: 'Shows what was proposed',
    description:
      'All that whoever agrees agrees to. Another tenant’s id answers like a random one.',
  })
  @Answers(ProposalView, { description: 'The proposal.' })
  show(
    @Caller() caller: CallerIdentity,
    @Param('proposalId', { schema: ProposalId }) proposalId: string,
  ): Promise<ProposalView> {
    return this.queries.execute(new ShowProposal(caller, proposalId));
  }
}
