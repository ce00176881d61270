import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { IdentityConflict, IdentityConflictId, IdentityConflictPage } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  pageQuery,
  readCursor,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { z } from 'zod';
import { IdentityConflicts } from './identity-conflicts.ts';

const ListQuery = z.strictObject({
  ...pageQuery,
  state: IdentityConflict.shape.state.default('open'),
});
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), IdentityConflictId]);

/** Rows that a person must settle, of one tenant. */
export class ListIdentityConflicts extends Query<IdentityConflictPage> {
  constructor(
    readonly tenantId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListIdentityConflicts)
export class ListIdentityConflictsHandler implements IQueryHandler<ListIdentityConflicts> {
  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly database: Database,
  ) {}

  async execute({
    tenantId,
    query: { limit, cursor, state },
  }: ListIdentityConflicts): Promise<IdentityConflictPage> {
    const after = cursor === undefined ? undefined : readCursor(cursor, Place);
    const page = { state, limit, after };
    const found = await this.conflicts.list(this.database.queryable, tenantId, page);
    const { shown: items, next } = pageOf(found, limit, (last) => [last.since, last.conflictId]);
    return {
      items,
      ...next,
    };
  }
}

@Controller('v1/identity-conflicts')
export class ListIdentityConflictsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('contacts:write')
  @DisclosesList('identity-conflicts')
  @Describe({
    operationId: 'listIdentityConflicts',
    tag: 'Contacts',
    summary: 'Lists rows whose identities are two contacts’',
    description:
      'Oldest first. Nothing of such a row was applied but the refusals in it; it is tried again when one of its contacts changes, and is gone once it fits.',
  })
  @Answers(IdentityConflictPage, { description: 'A page of conflicts, without a value of any.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<IdentityConflictPage> {
    return this.queries.execute(new ListIdentityConflicts(tenantId, query));
  }
}
