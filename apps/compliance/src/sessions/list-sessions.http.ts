import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { includesScope, SessionId, SessionPage } from '@tact/contracts';
import {
  Answers,
  AnyCaller,
  Caller,
  type CallerIdentity,
  Clock,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  pageQuery,
  ProblemError,
  readCursor,
  SessionRegister,
} from '@tact/platform';
import { z } from 'zod';
import { viewOf } from './sessions.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), SessionId]);

export class ListSessions extends Query<SessionPage> {
  constructor(
    readonly caller: CallerIdentity,
    readonly query: ListQuery,
  ) {
    super();
  }
}

/** Whose sessions are shown: everybody's to who administers, else one's own. */
const shownTo = ({ scopes, staffId }: CallerIdentity): { staffId?: string } => {
  if (includesScope(scopes, 'staff:write')) return {};
  if (staffId !== undefined) return { staffId };
  throw new ProblemError('scope-missing', {
    detail: 'A key that is nobody’s needs the scope staff:write to see sessions.',
  });
};

@QueryHandler(ListSessions)
export class ListSessionsHandler implements IQueryHandler<ListSessions> {
  constructor(
    private readonly sessions: SessionRegister,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, query: { limit, cursor } }: ListSessions): Promise<SessionPage> {
    const { tenantId, sessionId: ownId } = caller;
    const [createdAt, sessionId] = cursor === undefined ? [] : readCursor(cursor, Place);
    const before =
      createdAt === undefined || sessionId === undefined
        ? {}
        : { before: { createdAt: new Date(createdAt), sessionId } };
    const page = { tenantId, ...shownTo(caller), limit: limit + 1, ...before };
    const found = await this.sessions.list(this.database.queryable, page);
    const { shown, next } = pageOf(found, limit, (last) => [
      last.createdAt.toISOString(),
      last.sessionId,
    ]);
    const now = this.clock.now();
    return {
      items: shown.map((session) => viewOf(session, { now, ownId })),
      ...next,
    };
  }
}

@Controller('v1/sessions')
export class ListSessionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @AnyCaller()
  @DisclosesList('sessions')
  @Describe({
    operationId: 'listSessions',
    tag: 'Staff',
    summary: 'Lists where people are signed in',
    description:
      'One’s own; with the scope `staff:write` everybody’s of the tenant. Latest first, those that ended too.',
  })
  @Answers(SessionPage, { description: 'A page of sessions.' })
  list(
    @Caller() caller: CallerIdentity,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<SessionPage> {
    return this.queries.execute(new ListSessions(caller, query));
  }
}
