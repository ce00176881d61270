import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Notice, NoticeId, NoticePage, type PublishedNotice } from '@tact/contracts';
import {
  Answers,
  Describe,
  type NoticeRecord,
  Notices,
  pageQuery,
  ProblemError,
  readCursor,
  RequireScope,
  Tenant,
  pageOf,
} from '@tact/platform';
import { z } from 'zod';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), NoticeId]);

export const viewOf = ({
  number,
  publishedAt,
  purposes,
  ...record
}: NoticeRecord): PublishedNotice => ({
  ...record,
  ...(purposes === null ? {} : { purposes: [...purposes] }),
  version: number,
  publishedAt: publishedAt.toISOString(),
});

export class ListNotices extends Query<NoticePage> {
  constructor(
    readonly tenantId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListNotices)
export class ListNoticesHandler implements IQueryHandler<ListNotices> {
  constructor(private readonly notices: Notices) {}

  async execute({ tenantId, query: { limit, cursor } }: ListNotices): Promise<NoticePage> {
    const before = cursor === undefined ? {} : { before: readCursor(cursor, Place) };
    const found = await this.notices.list(tenantId, { limit: limit + 1, ...before });
    const { shown, next } = pageOf(found, limit, (last) => [
      last.publishedAt.toISOString(),
      last.noticeId,
    ]);
    return {
      items: shown.map(viewOf),
      ...next,
    };
  }
}

export class ShowNotice extends Query<Notice> {
  constructor(
    readonly tenantId: string,
    readonly noticeId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowNotice)
export class ShowNoticeHandler implements IQueryHandler<ShowNotice> {
  constructor(private readonly notices: Notices) {}

  async execute({ tenantId, noticeId }: ShowNotice): Promise<Notice> {
    const found = await this.notices.of(tenantId, noticeId);
    if (found === undefined) throw new ProblemError('not-found');
    const { text, ...record } = found;
    return { ...viewOf(record), text };
  }
}

@Controller('v1/notices')
export class ListNoticesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('consents:write')
  @Describe({
    operationId: 'listNotices',
    tag: 'Consents',
    summary: 'Lists the registered texts',
    description: 'Every version of every text, the newest first.',
  })
  @Answers(NoticePage, { description: 'A page of texts, without what they say.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<NoticePage> {
    return this.queries.execute(new ListNotices(tenantId, query));
  }

  @Get(':noticeId')
  @RequireScope('consents:write')
  @Describe({
    operationId: 'showNotice',
    tag: 'Consents',
    summary: 'Shows a registered text',
    description: 'The exact text that the hash is of.',
  })
  @Answers(Notice, { description: 'The text.' })
  show(
    @Tenant() tenantId: string,
    @Param('noticeId', { schema: NoticeId }) noticeId: string,
  ): Promise<Notice> {
    return this.queries.execute(new ShowNotice(tenantId, noticeId));
  }
}
