import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiKeyId, ApiKeyPage } from '@tact/contracts';
import {
  Answers,
  ApiKeyRegister,
  Caller,
  type CallerIdentity,
  Clock,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  pageQuery,
  readCursor,
  RequireScope,
} from '@tact/platform';
import { z } from 'zod';
import { viewOf } from './api-keys.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), ApiKeyId]);

export class ListApiKeys extends Query<ApiKeyPage> {
  constructor(
    readonly caller: CallerIdentity,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(
    private readonly register: ApiKeyRegister,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, query: { limit, cursor } }: ListApiKeys): Promise<ApiKeyPage> {
    const [createdAt, keyId] = cursor === undefined ? [] : readCursor(cursor, Place);
    const after =
      createdAt === undefined || keyId === undefined
        ? {}
        : { after: { createdAt: new Date(createdAt), keyId } };
    const page = { limit: limit + 1, ...after };
    const found = await this.register.list(this.database.queryable, caller.tenantId, page);
    const { shown, next } = pageOf(found, limit, (last) => [
      last.createdAt.toISOString(),
      last.keyId,
    ]);
    const now = this.clock.now();
    return {
      items: shown.map((record) => viewOf(record, caller, now)),
      ...next,
    };
  }
}

@Controller('v1/api-keys')
export class ListApiKeysController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('api-keys:write')
  @DisclosesList('api-keys')
  @Describe({
    operationId: 'listApiKeys',
    tag: 'Keys',
    summary: 'Lists the keys of the tenant',
    description: 'Those that ended too, oldest first; never the text of a key.',
  })
  @Answers(ApiKeyPage, { description: 'A page of keys.' })
  list(
    @Caller() caller: CallerIdentity,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<ApiKeyPage> {
    return this.queries.execute(new ListApiKeys(caller, query));
  }
}
