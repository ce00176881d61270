import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { LikelihoodAggregates } from '@tact/contracts';
import { Answers, RequireScope, Tenant } from '@tact/platform';
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

  /** `GET /v1/block-likelihoods/aggregates`: counted once an hour, never of fewer than ten people. */
  @Get()
  @RequireScope('scores:read')
  @Answers(LikelihoodAggregates)
  show(@Tenant() tenantId: string): Promise<LikelihoodAggregates> {
    return this.queries.execute(new ShowAggregates(tenantId));
  }
}
