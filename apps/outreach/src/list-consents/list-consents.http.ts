import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ConsentList, ContactId } from '@tact/contracts';
import { Answers, Clock, ProblemError, RequireScope, Tenant, Vault } from '@tact/platform';
import { DataSource } from 'typeorm';
import { ConsentTable } from './consent.table.ts';

export class ListConsents extends Query<ConsentList> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
  ) {
    super();
  }
}

@QueryHandler(ListConsents)
export class ListConsentsHandler implements IQueryHandler<ListConsents> {
  constructor(
    private readonly rows: DataSource,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, contactId }: ListConsents): Promise<ConsentList> {
    if (!(await this.vault.knows(tenantId, contactId))) throw new ProblemError('not-found');
    const rows = await this.rows.getRepository(ConsentTable).find({
      where: { tenantId, contactId },
      order: { purpose: 'ASC', channel: 'ASC' },
    });
    return ConsentList.parse({
      items: rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })),
      asOf: {
        position: Math.max(0, ...rows.map(({ position }) => position)),
        at: this.clock.now().toISOString(),
      },
    });
  }
}

@Controller('v1/contacts')
export class ListConsentsController {
  constructor(private readonly queries: QueryBus) {}

  /** `GET /v1/contacts/{contactId}/consents`: the latest word on each purpose and channel. */
  @Get(':contactId/consents')
  @RequireScope('consents:write')
  @Answers(ConsentList)
  list(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
  ): Promise<ConsentList> {
    return this.queries.execute(new ListConsents(tenantId, contactId));
  }
}
