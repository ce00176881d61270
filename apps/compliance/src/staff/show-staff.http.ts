import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { StaffId, StaffPage, StaffView } from '@tact/contracts';
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
  readCursor,
  RequireOneScope,
  StaffRegister,
} from '@tact/platform';
import { z } from 'zod';
import { viewOf } from './staff.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), StaffId]);

export class ListStaff extends Query<StaffPage> {
  constructor(
    readonly caller: CallerIdentity,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListStaff)
export class ListStaffHandler implements IQueryHandler<ListStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly database: Database,
  ) {}

  async execute({ caller, query: { limit, cursor } }: ListStaff): Promise<StaffPage> {
    const [createdAt, staffId] = cursor === undefined ? [] : readCursor(cursor, Place);
    const after =
      createdAt === undefined || staffId === undefined
        ? {}
        : { after: { createdAt: new Date(createdAt), staffId } };
    const page = { limit: limit + 1, ...after };
    const found = await this.register.list(this.database.queryable, caller.tenantId, page);
    const { shown, next } = pageOf(found, limit, (last) => [
      last.createdAt.toISOString(),
      last.staffId,
    ]);
    const { register } = this;
    return {
      items: await Promise.all(shown.map((record) => viewOf(record, { register, caller }))),
      ...next,
    };
  }
}

export class ShowStaff extends Query<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly staffId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowStaff)
export class ShowStaffHandler implements IQueryHandler<ShowStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly database: Database,
  ) {}

  async execute({ caller, staffId }: ShowStaff): Promise<StaffView> {
    const { tenantId } = caller;
    const record = await this.register.find(this.database.queryable, { tenantId, staffId });
    if (record === undefined) throw new ProblemError('not-found');
    return viewOf(record, { register: this.register, caller });
  }
}

@Controller('v1/staff')
export class ShowStaffController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireOneScope('staff:write', 'staff:read')
  @DisclosesList('staff')
  @Describe({
    operationId: 'listStaff',
    tag: 'Staff',
    summary: 'Lists the staff of the tenant',
    description: 'Those who were dismissed too, oldest first.',
  })
  @Answers(StaffPage, { description: 'A page of staff.' })
  list(
    @Caller() caller: CallerIdentity,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<StaffPage> {
    return this.queries.execute(new ListStaff(caller, query));
  }

  @Get(':staffId')
  @RequireOneScope('staff:write', 'staff:read')
  @DisclosesList('staff')
  @Describe({
    operationId: 'showStaff',
    tag: 'Staff',
    summary: 'Shows a member of staff',
    description: 'Another tenant’s id answers like a random one.',
  })
  @Answers(StaffView, { description: 'The member of staff.' })
  show(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
  ): Promise<StaffView> {
    return this.queries.execute(new ShowStaff(caller, staffId));
  }
}
