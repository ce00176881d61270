import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { LikelihoodAggregates } from '@tact/contracts';
import { Answers, Describe, RequireScope, Tenant } from '@tact/platform';
import { Aggregates } from './aggregates.ts';

/** How many contacts of a tenant stand where. */
export class ShowAggregates extends Query<LikelihoodAggregates> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ShowAggregates)
export class ShowAggregatesHandler implements IQueryHandler<ShowAggregates> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ tenantId }: ShowAggregates): Promise<LikelihoodAggregates> {
    return this.aggregates.of(tenantId);
  }
}

@Controller('v1/block-likelihoods/aggregates')
export class ShowAggregatesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('scores:read')
  @Describe({
    operationId: 'showLikelihoodAggregates',
    tag: 'Block likelihoods',
    summary: 'Counts contacts by band and by likeliest cause',
    description: 'Counted once an hour, to the nearest five, never of fewer than ten people.',
  })
  @Answers(LikelihoodAggregates, { description: 'The counts.' })
  show(@Tenant() tenantId: string): Promise<LikelihoodAggregates> {
    return this.queries.execute(new ShowAggregates(tenantId));
  }
}
