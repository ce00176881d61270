import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { TenantId, TenantPage } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesList,
  Installation,
  pageOf,
  pageQuery,
  readCursor,
  RequireScope,
  TenantRegister,
} from '@tact/platform';
import { z } from 'zod';
import { settingsShown, viewOf } from './tenant-views.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([TenantId]);

export class ListTenants extends Query<TenantPage> {
  constructor(readonly query: ListQuery) {
    super();
  }
}

@QueryHandler(ListTenants)
export class ListTenantsHandler implements IQueryHandler<ListTenants> {
  constructor(
    private readonly register: TenantRegister,
    private readonly database: Database,
    private readonly installation: Installation,
  ) {}

  async execute({ query: { limit, cursor } }: ListTenants): Promise<TenantPage> {
    const [after] = cursor === undefined ? [] : readCursor(cursor, Place);
    const asked = { limit: limit + 1, after };
    const found = await this.register.list(this.database.queryable, asked);
    const { shown, next } = pageOf(found, limit, (last) => [last.tenantId]);
    return {
      items: shown.map((record) => viewOf(record, this.installation)),
      ...next,
    };
  }
}

@Controller('v1/tenants')
export class ListTenantsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('operator')
  @DisclosesList('settings', settingsShown)
  @Describe({
    operationId: 'listTenants',
    tag: 'Tenants',
    summary: 'Lists the tenants',
    description: 'In the order of their slugs; never a secret.',
  })
  @Answers(TenantPage, { description: 'A page of tenants.' })
  list(@QueryString({ schema: ListQuery }) query: ListQuery): Promise<TenantPage> {
    return this.queries.execute(new ListTenants(query));
  }
}
