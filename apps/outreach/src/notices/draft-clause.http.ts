import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { NoticeClause, NoticeClauseQuery, type PageLanguage } from '@tact/contracts';
import { Answers, Describe, ProblemError, RequireScope, Tenant, Tenants } from '@tact/platform';
import { clauseOf } from './clause/clause.ts';

export class DraftClause extends Query<NoticeClause> {
  constructor(
    readonly tenantId: string,
    readonly language: PageLanguage,
  ) {
    super();
  }
}

@QueryHandler(DraftClause)
export class DraftClauseHandler implements IQueryHandler<DraftClause> {
  constructor(private readonly tenants: Tenants) {}

  async execute({ tenantId, language }: DraftClause): Promise<NoticeClause> {
    const settings = await this.tenants.of(tenantId);
    if (settings === undefined) throw new ProblemError('not-found');
    const { text, missing } = clauseOf(settings, language);
    return { language, text, missing: [...missing] };
  }
}

@Controller('v1/notices')
export class DraftClauseController {
  constructor(private readonly queries: QueryBus) {}

  @Get('clause')
  @RequireScope('consents:write')
  @Describe({
    operationId: 'draftClause',
    tag: 'Consents',
    summary: 'Drafts the information that people are owed',
    description:
      'What Art. 13 and 14 GDPR ask for, from the tenant’s settings and from what the platform does with data. A draft: read it, fill the gaps that `missing` names, then register it.',
    refuses: ['not-found'],
  })
  @Answers(NoticeClause, { description: 'The text.' })
  draft(
    @Tenant() tenantId: string,
    @QueryString({ schema: NoticeClauseQuery }) { language }: NoticeClauseQuery,
  ): Promise<NoticeClause> {
    return this.queries.execute(new DraftClause(tenantId, language));
  }
}
